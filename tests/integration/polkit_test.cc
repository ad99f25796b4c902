// A real polkitd with the project's own file of actions: whom its rules let,
// acceld lets. Needs root, for a mount namespace with rules of the test's own;
// says so where it is not.
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tests/integration/served_machine.h"
#include "tests/support/read_file.h"
#include "tests/support/real_polkit.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

// A bus knows only users that the machine has.
constexpr uid_t kNobody = 65534;

// One action for one user; for all else the file of actions decides, which
// wants an administrator's password.
constexpr std::string_view kRules = R"(
  polkit.addRule(function(action, subject) {
    if (action.id == "org.acceld1.reload" && subject.user == "nobody")
      return polkit.Result.YES;
    if (action.id == "org.acceld1.taint") return polkit.Result.NO;
  });)";

// The text of a refusal, which must be one; "" where it was let through.
template <typename T>
std::string RefusalOf(const Result<T>& result) {
  if (result) return "";
  if (result.error().code != ErrorCode::kPermissionDenied) return "?";
  return result.error().message;
}

class RealPolkitTest : public ServedMachine {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "SKIPPED: needs root to start polkitd";
    }
    Serve({"--policy=" + policy_.path()},
          std::string(kSystemPolicy) + "<include>" +
              Runfile("configs/dbus/org.acceld1.conf") + "</include>" +
              RealPolkit::BusConfig());
    auto polkit = RealPolkit::Start(
        bus_->address(), ReadFile(Runfile("configs/polkit/org.acceld1.policy")),
        kRules);
    if (!polkit) GTEST_SKIP() << "SKIPPED: " << polkit.error().message;
    polkit_ = *std::move(polkit);
  }
  // What nobody is told by `ask` contains `words`. Asked again until polkitd,
  // which takes a moment to start, answers.
  bool IsTold(const std::function<std::string(client::Client&)>& ask,
              std::string_view words) {
    const auto once = [&] {
      auto client = client::Client::Connect({.bus = bus_->address()});
      if (!client) return 2;
      const std::string told = ask(*client);
      const bool fits =
          words.empty() ? told.empty() : told.find(words) != std::string::npos;
      return fits ? 0 : 1;
    };
    return Eventually([&] { return RunAs(kNobody, once) == 0; });
  }

  TempDir policy_;
  std::unique_ptr<RealPolkit> polkit_;
};

TEST_F(RealPolkitTest, CallerWhomARuleLets_IsLetThrough) {
  EXPECT_TRUE(IsTold(
      [](client::Client& client) { return RefusalOf(client.ReloadPolicy()); },
      ""));
}

TEST_F(RealPolkitTest, CallerWhomARuleRefuses_IsRefused) {
  EXPECT_TRUE(IsTold(
      [](client::Client& client) {
        return RefusalOf(client.Untaint("accelerator:soft0-copy"));
      },
      "polkit lets: it does not"));
}

TEST_F(RealPolkitTest, CallerWhoWouldHaveToTypeAPassword_IsToldSo) {
  EXPECT_TRUE(IsTold(
      [](client::Client& client) { return RefusalOf(client.ListAllLeases()); },
      "password"));
}

}  // namespace
}  // namespace acceld::testing
