// Slices over a real bus: who is told from others by the control group of its
// process. Needs root and control groups that can be made; says so where it is
// not.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "tests/integration/served_machine.h"
#include "tests/support/control_group.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

// A bus knows only users that the machine has.
constexpr uid_t kUser = 2;
constexpr int kPlaced = 0;
constexpr int kNotMoved = 100;
constexpr int kNoBus = 101;

constexpr std::string_view kOne =
    R"({"stages": [{"name": "s", "function": "copy"}]})";

class SlicesTest : public ServedMachine {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become other users";
    // Of this process alone, and nothing that a machine has.
    slice_ = "/acceld-test-" + std::to_string(::getpid()) + ".slice";
    const auto group = ControlGroup::Make(slice_);
    if (!group) {
      GTEST_SKIP() << "NO SLICE IS TESTED: " << group.error().message;
    }
  }

  // With `members` of a policy, in which SLICE stands for this test's.
  void ServePolicy(std::string members) {
    for (std::size_t at = 0;
         (at = members.find("SLICE", at)) != std::string::npos;) {
      members.replace(at, 5, slice_);
    }
    std::ofstream(policy_.At("10.json"))
        << R"({"version": 1, )" + members + "}";
    Serve({"--policy=" + policy_.path()},
          std::string(kSystemPolicy) + "<include>" +
              Runfile("configs/dbus/org.acceld1.conf") + "</include>");
  }

  // What `ask` returns in a process of that control group and user. The group
  // is there until the process is gone.
  int In(const std::string& path, uid_t user,
         const std::function<int(client::Client&)>& ask) {
    const auto group = ControlGroup::Make(path);
    if (!group) return kNotMoved;
    return RunAs(0, [&] {
      if (!group->Enter()) return kNotMoved;
      return RunAs(user, [&] { return AskBus(ask); });
    });
  }
  int Outside(uid_t user, const std::function<int(client::Client&)>& ask) {
    return RunAs(user, [&] { return AskBus(ask); });
  }
  int AskBus(const std::function<int(client::Client&)>& ask) const {
    auto client = client::Client::Connect({.bus = bus_->address()});
    return client ? ask(*client) : kNoBus;
  }

  static int Acquire(client::Client& client) {
    const auto lease = client.Acquire(Json(kOne));
    return lease ? kPlaced : 1 + static_cast<int>(lease.error().code);
  }
  static int CountDevices(client::Client& client) {
    const auto text = client.Describe(Document(Document::Object{}));
    if (!text) return kNoBus;
    int count = 0;
    for (std::size_t at = 0;
         (at = text->find("\"accelerator:", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  }

  std::string slice_;
  TempDir policy_;
};

constexpr int kRefused = 1 + static_cast<int>(ErrorCode::kUnsatisfiable);

TEST_F(SlicesTest, RuleForASlice_IsForWhoIsInsideOfIt) {
  ServePolicy(R"("rules": [{"effect": "allow", "slices": ["SLICE"]}])");
  EXPECT_EQ(In(slice_, kUser, Acquire), kPlaced);
  EXPECT_EQ(In(slice_ + "/train.service", kUser, Acquire), kPlaced);
  EXPECT_EQ(Outside(kUser, Acquire), kRefused);
}

// The same name somewhere else, or a longer one, is another slice.
TEST_F(SlicesTest, RuleForASlice_IsForNoOtherOfThatName) {
  ServePolicy(R"("rules": [{"effect": "allow", "slices": ["SLICE"]}])");
  EXPECT_EQ(In(slice_ + "2", kUser, Acquire), kRefused);
  EXPECT_EQ(In("/acceld-test-user.slice" + slice_, kUser, Acquire), kRefused);
}

TEST_F(SlicesTest, DenyForASlice_BindsItsUsersOnly) {
  ServePolicy(R"("default": "allow",
                 "rules": [{"effect": "deny", "slices": ["SLICE"]}])");
  EXPECT_EQ(In(slice_, kUser, Acquire), kRefused);
  EXPECT_EQ(Outside(kUser, Acquire), kPlaced);
}

// One user in two namespaces sees in each what is of that one.
TEST_F(SlicesTest, NamespaceOfASlice_HidesTheRest) {
  ServePolicy(R"("default": "allow", "namespaces": {"batch": {
      "slices": ["SLICE"],
      "devices": [{"attribute": "functions", "contains": "no such thing"}]}})");
  EXPECT_EQ(In(slice_, kUser, CountDevices), 0);
  EXPECT_GT(Outside(kUser, CountDevices), 0);
}

}  // namespace
}  // namespace acceld::testing
