// What the simulation says of a sequence of requests is what the broker does.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "client/policy/people.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"
#include "daemon/broker.h"
#include "tests/support/described_host.h"
#include "tests/support/dice.h"
#include "tests/support/fake_clock.h"
#include "tests/support/session_pair.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::DescribedHost;
using acceld::testing::Dice;
using acceld::testing::FakeClock;
using acceld::testing::SessionPair;

// Deadlines that no machine misses: who is late would be refused.
constexpr std::string_view kMembers = R"(,
  "limits": {"max_deadline": "60s", "max_instances_per_user": 5},
  "defaults": {"deadline": "60s"},
  "classes": {
    "near": {"devices": [{"attribute": "framework", "equals": "nvidia"},
                         {"attribute": "numa_node", "equals": 0}]},
    "gpu": {"devices": [{"attribute": "framework", "equals": "nvidia"}]}},
  "quotas": [
    {"name": "near", "class": "near", "devices": 2},
    {"name": "far", "class": "gpu", "instances": 4, "memory": "150GiB"},
    {"name": "together", "per": "all", "class": "gpu", "devices": 6},
    {"name": "few", "leases": 3}])";

const std::vector<std::string> kPipelines{
    R"({"stages": [{"name": "s", "function": "compute/gpu"}]})",
    R"({"stages": [{"name": "s", "function": "compute/gpu",
                    "sharing": "exclusive"}]})",
    R"({"stages": [{"name": "s", "function": "compute/gpu", "count": 2,
                    "memory": "40GiB", "sharing": "exclusive"}]})",
    R"({"stages": [{"name": "s", "function": "compute/gpu", "count": 3}],
        "constraints": [{"distinct": "device", "stages": ["s"]}]})",
    R"({"stages": [{"name": "s", "function": "compute/gpu",
                    "memory": "70GiB"}]})",
    R"({"stages": [{"name": "s", "function": "compute/gpu", "count": 9,
                    "sharing": "exclusive"}]})"};

struct Step {
  int user = 0;
  std::size_t pipeline = 0;
  int hold = 0;  // steps
};

std::vector<Step> DrawSteps(std::uint64_t seed, int count) {
  Dice dice(seed);
  std::vector<Step> steps;
  for (int i = 0; i < count; ++i) {
    const auto last = static_cast<std::int64_t>(kPipelines.size()) - 1;
    Step step;
    step.user = static_cast<int>(dice.Draw(0, 2));
    step.pipeline = static_cast<std::size_t>(dice.Draw(0, last));
    step.hold = static_cast<int>(dice.Draw(1, 8));
    steps.push_back(step);
  }
  return steps;
}

// Of one request: what it got, or which kind of refusal.
using Verdict = std::vector<std::string>;

Verdict Of(const policy_tool::Decision& decision) {
  if (!decision.accepted) {
    const bool is_bound =
        decision.reason == "quota" || decision.reason == "limit";
    return {is_bound ? "bound" : "no placement"};
  }
  Verdict devices;
  for (const auto& [stage, device] : decision.devices) {
    devices.push_back(device);
  }
  return devices;
}

// Step i is asked for at second 2i; a lease ends just before the step that it
// is not held in any more.
std::vector<Verdict> Simulated(const std::vector<Step>& steps) {
  std::string requests;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    requests += (i == 0 ? "" : ",") + std::string("{\"at\": \"") +
                std::to_string(2 * i) + "s\", \"hold\": \"" +
                std::to_string(2 * step.hold - 1) + "s\", \"user\": \"u" +
                std::to_string(step.user) +
                "\", \"pipeline\": " + kPipelines[step.pipeline] + "}";
  }
  const auto people = policy_tool::InventPeople();
  const auto document = ParseJson("{\"requests\": [" + requests + "]}");
  EXPECT_TRUE(document);
  const auto workload =
      policy_tool::ParseWorkload(*document, *people, {}, std::nullopt);
  EXPECT_TRUE(workload) << (workload ? "" : workload.error().message);
  auto policy = policy::Policy::Compile(
      {{"10.json",
        R"({"version": 1, "default": "allow")" + std::string(kMembers) + "}"}});
  EXPECT_TRUE(policy);
  if (!workload || !policy) return {};
  const FakeClock clock;
  const auto history = policy_tool::Simulate(
      *workload, {DescribedHost("nvswitch-8gpu"), *policy}, clock, {});
  EXPECT_TRUE(history) << (history ? "" : history.error().message);
  std::vector<Verdict> verdicts;
  if (!history) return verdicts;
  for (const auto& decision : history->decisions) {
    verdicts.push_back(Of(decision));
  }
  return verdicts;
}

class BrokerSimulation : public ServingBroker {
 protected:
  BrokerSimulation() {
    machine_options_ = {"/", "configs/hosts/nvswitch-8gpu.json", {}};
  }
  static Asker AskerOf(int user) {
    const auto uid = static_cast<uid_t>(1000 + user);
    return {{uid, {static_cast<gid_t>(uid)}}, ":1.1", 11};
  }
  Verdict Ask(const Step& step, int now) {
    const Asker asker = AskerOf(step.user);
    SessionPair pair;
    auto acquired =
        Acquire(asker, std::move(pair.daemon), kPipelines[step.pipeline]);
    if (!acquired) {
      const bool is_bound = acquired.error().code == ErrorCode::kQuotaExceeded;
      last_ = acquired.error().message;
      return {is_bound ? "bound" : "no placement"};
    }
    const Verdict devices = broker_->Find(asker, acquired->lease)->devices;
    held_.emplace(now + step.hold,
                  Held{asker, acquired->lease, std::move(pair)});
    return devices;
  }
  void EndUntil(int now) {
    while (!held_.empty() && held_.begin()->first <= now) {
      const Held held = std::move(held_.begin()->second);
      held_.erase(held_.begin());
      bool is_done = false;
      broker_->Release(held.asker, held.lease, [&](const Status& released) {
        EXPECT_TRUE(released);
        is_done = true;
      });
      RunUntil([&] { return is_done; });
    }
  }
  std::string last_;

 private:
  struct Held {
    Asker asker;
    LeaseId lease;
    SessionPair pair;
  };
  std::multimap<int, Held> held_;
};

TEST_F(BrokerSimulation, SameRequests_SameVerdictsOnTheSameDevices) {
  const std::vector<Step> steps = DrawSteps(6, 60);
  const std::vector<Verdict> expected = Simulated(steps);
  ASSERT_EQ(expected.size(), steps.size());
  Serve(GrantMode::kStandIn, std::string(kMembers));
  std::map<Verdict, int> seen;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const int now = static_cast<int>(i);
    EndUntil(now);
    const Verdict verdict = Ask(steps[i], now);
    ASSERT_EQ(verdict, expected[i]) << "step " << i << ": " << last_;
    ++seen[verdict.size() == 1 && verdict[0].find(':') == std::string::npos
               ? verdict
               : Verdict{"placed"}];
  }
  // Else it shows nothing.
  EXPECT_GE(seen[{"placed"}], 15);
  EXPECT_GE(seen[{"bound"}], 5);
  EXPECT_GE(seen[{"no placement"}], 1);
}

}  // namespace
}  // namespace acceld::daemon
