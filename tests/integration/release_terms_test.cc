// What a policy has done to devices that are given back, over a real bus: the
// time for which a device rests, who is told what meanwhile, and when it serves
// again.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "tests/integration/served_machine.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

using std::chrono::steady_clock;

// A GPU of the described machine for itself; all eight of them.
constexpr std::string_view kOne = R"({"stages": [
    {"name": "s", "function": "compute/gpu", "sharing": "exclusive",
     "select": [{"attribute": "address", "equals": "0000:07:00.0"}]}]})";
constexpr std::string_view kAll = R"({"stages": [
    {"name": "s", "function": "compute/gpu", "sharing": "exclusive",
     "count": 8}]})";

class ReleaseTermsTest : public ServedMachine {
 protected:
  void ServePolicy(const std::string& release) {
    std::ofstream(policy_.At("10.json"))
        << R"({"version": 1, "default": "allow", "release": )" + release +
               R"(, "administrators": {"users": [)" +
               std::to_string(::geteuid()) + "]}}";
    Serve({"--host=" + Runfile("configs/hosts/nvswitch-8gpu.json"),
           "--stand-in=soft", "--policy=" + policy_.path()});
  }

  // Gives the lease of `pipeline` back; returns the moment before.
  static steady_clock::time_point UseOnce(client::Client& client,
                                          std::string_view pipeline) {
    auto lease = client.Acquire(Json(pipeline));
    EXPECT_TRUE(lease) << lease.error().message;
    const auto before = steady_clock::now();
    if (lease) {
      EXPECT_TRUE(lease->Release());
    }
    return before;
  }

  // Asks until it is given, and is told that it is busy before; returns when.
  static steady_clock::time_point WaitFor(client::Client& client,
                                          std::string_view pipeline) {
    EXPECT_TRUE(Eventually([&] {
      const auto lease = client.Acquire(Json(pipeline));
      if (lease) return true;
      EXPECT_EQ(lease.error().code, ErrorCode::kBusy) << lease.error().message;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return false;
    }));
    return steady_clock::now();
  }

  TempDir policy_;
};

TEST_F(ReleaseTermsTest, RestingDevice_IsGivenToNobody_UntilItsTimeIsOver) {
  ServePolicy(R"([{"quarantine": "2s"}])");
  client::Client client = Connect();
  const auto released = UseOnce(client, kOne);
  EXPECT_GE(WaitFor(client, kOne) - released, std::chrono::seconds(2));
}

TEST_F(ReleaseTermsTest, RestingDevice_IsPassedOver) {
  ServePolicy(R"([{"quarantine": "600s"}])");
  client::Client client = Connect();
  (void)UseOnce(client, kOne);
  EXPECT_FALSE(client.Acquire(Json(kAll)));
  EXPECT_TRUE(client.Acquire(Json(
      R"({"stages": [{"name": "s", "function": "compute/gpu",
                      "sharing": "exclusive", "count": 7}]})")));
}

// Of several entries the last that has the key decides.
TEST_F(ReleaseTermsTest, DeviceWithoutARest_ServesAtOnce) {
  ServePolicy(R"([{"quarantine": "600s"},
      {"quarantine": "0ns",
       "devices": [{"attribute": "address", "equals": "0000:07:00.0"}]}])");
  client::Client client = Connect();
  const auto released = UseOnce(client, kOne);
  EXPECT_LT(WaitFor(client, kOne) - released, std::chrono::seconds(300));
}

// The policy in force at the release counts, not that of the grant.
TEST_F(ReleaseTermsTest, ReloadedPolicy_HoldsForTheNextRelease) {
  ServePolicy(R"([{"quarantine": "600s"}])");
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kOne));
  ASSERT_TRUE(lease) << lease.error().message;
  std::ofstream(policy_.At("10.json"))
      << R"({"version": 1, "default": "allow"})";
  ASSERT_TRUE(client.ReloadPolicy());
  const auto before = steady_clock::now();
  ASSERT_TRUE(lease->Release());
  EXPECT_LT(WaitFor(client, kOne) - before, std::chrono::seconds(300));
}

}  // namespace
}  // namespace acceld::testing
