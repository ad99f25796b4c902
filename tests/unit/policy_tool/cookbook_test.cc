// The policies of docs/policy-cookbook.md: who gets what, tried in order on a
// described machine by the simulation (cookbook.json).
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "client/policy/people.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"
#include "policy/policy.h"
#include "tests/support/described_host.h"
#include "tests/support/fake_clock.h"
#include "tests/support/read_file.h"

namespace acceld::policy_tool {
namespace {

using ::acceld::testing::DescribedHost;
using ::acceld::testing::FakeClock;
using ::acceld::testing::ReadFile;

struct Step {
  std::string user;
  std::string pipeline;
  std::string expected;  // "placed" or the reason of a refusal
  bool is_kept = false;  // else given back before the next one
};

std::vector<Step> StepsOf(const Document& list) {
  std::vector<Step> steps;
  for (const Document& row : *list.Find("steps")->AsArray()) {
    const Document::Array& cells = *row.AsArray();
    steps.push_back({*cells[0].AsString(), *cells[1].AsString(),
                     *cells[2].AsString(), cells.size() > 3});
  }
  return steps;
}

// One request every ten seconds; what is not kept is held for one.
Document WorkloadOf(const Document& one, const Document& pipelines) {
  Document::Array requests;
  const std::vector<Step> steps = StepsOf(one);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    requests.push_back(
        Document::Object{{"at", std::to_string(10 * (i + 1)) + "s"},
                         {"hold", steps[i].is_kept ? "100000s" : "1s"},
                         {"user", steps[i].user},
                         {"pipeline", steps[i].pipeline}});
  }
  return Document::Object{{"users", *one.Find("users")},
                          {"pipelines", pipelines},
                          {"requests", std::move(requests)}};
}

void ExpectCase(const Document& one, const Document& pipelines) {
  const std::string name = *one.Find("policy")->AsString();
  SCOPED_TRACE(name);
  const auto people = InventPeople();
  const auto checked = policy::Policy::Check(
      {{name, ReadFile("configs/policy.d/examples/" + name + ".json")}},
      *people);
  ASSERT_TRUE(checked);
  for (const auto& error : checked->errors) ADD_FAILURE() << ToText(error);
  for (const auto& warning : checked->warnings) {
    ADD_FAILURE() << ToText(warning);
  }
  ASSERT_NE(checked->policy, nullptr);
  const auto workload =
      ParseWorkload(WorkloadOf(one, pipelines), *people, {}, std::nullopt);
  ASSERT_TRUE(workload) << workload.error().message;
  const FakeClock clock;
  const auto history =
      Simulate(*workload,
               {DescribedHost(*one.Find("host")->AsString()), checked->policy},
               clock, {});
  ASSERT_TRUE(history) << history.error().message;
  const std::vector<Step> steps = StepsOf(one);
  ASSERT_EQ(history->decisions.size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Decision& decision = history->decisions[i];
    EXPECT_EQ(decision.accepted ? "placed" : decision.reason, steps[i].expected)
        << "step " << i << ": " << steps[i].user << ", " << steps[i].pipeline
        << ": " << decision.text;
  }
}

TEST(Cookbook, EachPolicy_GivesWhatItPromises) {
  const auto table =
      ParseJson(ReadFile("tests/unit/policy_tool/cookbook.json"));
  ASSERT_TRUE(table) << table.error().message;
  for (const Document& one : *table->Find("cases")->AsArray()) {
    ExpectCase(one, *table->Find("pipelines"));
  }
}

}  // namespace
}  // namespace acceld::policy_tool
