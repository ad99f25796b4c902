// Requests that are made to be hard, over a real bus: each is answered about
// when its deadline says, others are served meanwhile, and memory is bounded.
// Time is the daemon's on the processor, and the bounds are wide, so that a
// busy machine passes; figures are //bench:adversarial_bench's.
#include "tests/support/adversarial.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/served_machine.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

constexpr const char* kDeadline = R"(, "deadline": "50ms")";
constexpr double kMostSeconds = 5;
// Of the daemon: a few tables of 256 x 256 are half a MiB each.
constexpr long kMostResidentKib = 256L * 1024;

class AdversarialTest : public ServedMachine {
 protected:
  void ServeStar(std::size_t devices, std::size_t instances,
                 std::size_t spread) {
    directory_.AddFile("star.json", StarMachine(devices, instances, spread));
    Serve({"--host=" + directory_.At("star.json")});
  }

  // The answer of Plan, a placement or a refusal, within the bounds.
  Document Answer(const std::string& pipeline) {
    client::Client client = Connect();
    Document refusal;
    const double start = daemon_->ProcessorSeconds();
    const auto plan = client.Plan(Json(pipeline), &refusal);
    EXPECT_LT(daemon_->ProcessorSeconds() - start, kMostSeconds);
    EXPECT_LT(daemon_->ResidentKib(), kMostResidentKib);
    EXPECT_TRUE(plan || !refusal.is_null()) << plan.error().message;
    return plan ? *plan : refusal;
  }

  TempDir directory_;
};

std::string TextOf(const Document& answer, const char* key) {
  const Document* value = answer.Find(key);
  return value == nullptr ? "" : *value->AsString();
}

TEST_F(AdversarialTest, AllToAll_OnEqualDevices_IsAnsweredInTime) {
  ServeStar(256, 16, 0);
  for (const bool uneven : {false, true}) {
    const Document answer = Answer(AllToAll(12, uneven, kDeadline));
    EXPECT_EQ(TextOf(answer, "outcome"), "placed");
  }
}

TEST_F(AdversarialTest, AllToAll_OnNearTies_IsAnsweredInTime) {
  ServeStar(256, 1, 100);
  const Document answer = Answer(AllToAll(12, true, kDeadline));
  // Found or not, and proven or not: that depends on the machine.
  EXPECT_NE(TextOf(answer, "outcome"), "unsatisfiable");
}

// Eleven devices with one instance each, and twelve stages.
TEST_F(AdversarialTest, OneInstanceTooFew_IsRefusedInTime) {
  ServeStar(11, 1, 100);
  const Document answer = Answer(AllToAll(12, true, R"(, "deadline": "1s")"));
  EXPECT_EQ(TextOf(answer, "outcome"), "unsatisfiable");
  EXPECT_FALSE(answer.Find("conflict")->AsArray()->empty());
}

// Eleven pigeonholes: no instance is short, and each pair of stages fits.
TEST_F(AdversarialTest, OneDeviceTooFew_IsAnsweredInTime) {
  ServeStar(11, 16, 100);
  const Document answer =
      Answer(AllToAll(12, true, AllOnTheirOwn(12) + kDeadline));
  EXPECT_NE(TextOf(answer, "outcome"), "placed");
}

TEST_F(AdversarialTest, OthersAreServed_WhileHardRequestsAreSolved) {
  ServeStar(256, 16, 100);
  constexpr int kRequests = 5;  // of each asker
  std::atomic<int> asking{2};
  std::vector<std::thread> askers;
  for (int i = 0; i < 2; ++i) {
    askers.emplace_back([&] {
      client::Client client = Connect();
      const Document hard =
          Json(AllToAll(12, true, AllOnTheirOwn(12) + kDeadline));
      for (int n = 0; n < kRequests; ++n) (void)client.Plan(hard);
      --asking;
    });
  }
  client::Client other = Connect();
  int calls = 0;
  for (; asking > 0; ++calls) EXPECT_TRUE(other.Property("Generation"));
  for (std::thread& asker : askers) asker.join();
  std::printf("%d calls meanwhile\n", calls);
  // Who waited for each of them would have been served as often as they were.
  EXPECT_GT(calls, 3 * 2 * kRequests);
  EXPECT_LT(daemon_->ResidentKib(), kMostResidentKib);
}

}  // namespace
}  // namespace acceld::testing
