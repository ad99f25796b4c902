// Rootless containers of a user who has subordinate ids: who of a container's
// users has the lease.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <string>

#include "tests/integration/podman/podman_machine.h"
#include "tests/integration/shell.h"

namespace acceld::testing {
namespace {

class SubordinateIdsTest : public PodmanMachine {
 protected:
  void SetUp() override {
    PodmanMachine::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (Shell("command -v newuidmap newgidmap").status != 0) {
      GTEST_SKIP() << "newuidmap is not installed (uidmap)";
    }
    EndContainers();  // of the namespaces that the user has without
    directory_.AddFile("subid", "nobody:200000:65536\n");
    for (const char* file : {"/etc/subuid", "/etc/subgid"}) {
      if (::mount(directory_.At("subid").c_str(), file, nullptr, MS_BIND,
                  nullptr) != 0) {
        GTEST_SKIP() << "no " << file << " to put the user's own in";
      }
    }
    const Finished tried = Shell(AsUser(Run("--user 1000:1000 ") + Root() +
                                        " /bin/cat /proc/self/uid_map"));
    if (tried.status != 0) {
      GTEST_SKIP() << "no subordinate ids here: " << tried.output;
    }
    StartWriter();
  }
  void TearDown() override {
    PodmanMachine::TearDown();
    for (const char* file : {"/etc/subuid", "/etc/subgid"}) {
      while (::umount2(file, MNT_DETACH) == 0) {
      }
    }
  }
  [[nodiscard]] std::string Run(const std::string& options) const {
    return Podman(kUser) + "run " + RunOptions() + options;
  }
};

TEST_F(SubordinateIdsTest, RootOfTheContainer_IsTheUser) {
  const Finished run =
      Shell(AsUser(RunByCdi() + Run("--device {cdi} ") + Root() + Work()));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(SubordinateIdsTest, AnotherOfItsUsers_IsNotTheLeasesOwner) {
  const Finished run = Shell(AsUser(
      RunByCdi() + Run("--user 1000:1000 --device {cdi} ") + Root() + Work()));
  EXPECT_EQ(run.status, 4) << run.output;
  EXPECT_NE(run.output.find("another user's"), std::string::npos) << run.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(SubordinateIdsTest, TheUserItself_WithKeptIds_IsTheOwner) {
  const Finished run = Shell(AsUser(
      RunByCdi() + Run("--userns=keep-id --device {cdi} ") + Root() + Work()));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(SubordinateIdsTest, ByDescriptors_AnyOfItsUsersMayWork) {
  const Finished run =
      Shell(AsUser(Accelctl() + "run -p " + Pipeline() + " -- " +
                   Run("--user 1000:1000 -e 'ACCELD_*' ") + Root() + Work()));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(Leaves());
}

}  // namespace
}  // namespace acceld::testing
