// Devices at their usual paths, in the mount namespace that accelctl makes for
// an unprivileged user's command.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "base/unique_fd.h"
#include "tests/support/run_as.h"
#include "tests/vm/cases/program.h"

namespace acceld::vm {
namespace {

constexpr uid_t kUser = 1000;
constexpr const char* kNode = "/dev/dri/renderD128";
constexpr const char* kPipeline = "/tmp/path.json";
constexpr const char* kPolicy = "/etc/acceld/policy.d/60-path.json";

int TryOpen(const char* path) {
  const UniqueFd device(::open(path, O_RDWR | O_CLOEXEC));
  return device.valid() ? 0 : errno;
}

// Runs `script` with the pipeline's device as the user; its exit status.
int RunWithDevice(const std::string& script) {
  return testing::RunAs(kUser, [&] {
    (void)::execl("/usr/bin/accelctl", "accelctl", "run", kPipeline, "--",
                  "/bin/sh", "-c", script.c_str(), nullptr);
    return 120;
  });
}

class Path : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(kPolicy) << R"({"version": 1, "rules": [{"effect": "allow",
      "devices": [{"attribute": "framework", "equals": "drm"}]}]})";
    std::ofstream(kPipeline)
        << R"({"stages": [{"name": "draw", "function": "graphics",
      "grant": "path", "select": [{"attribute": "node", "equals": ")"
        << kNode << R"("}]}]})";
    ASSERT_EQ(::chmod(kPolicy, 0644), 0);
    ASSERT_EQ(::chmod(kPipeline, 0644), 0);
  }
  void TearDown() override { (void)::unlink(kPolicy); }
};

TEST_F(Path, UnprivilegedCommand_OpensTheDeviceAtItsPath) {
  ASSERT_EQ(testing::RunAs(kUser, [] { return TryOpen(kNode); }), EACCES);
  const Daemon daemon;
  const std::string open = std::string(": <> ") + kNode;
  EXPECT_EQ(RunWithDevice(open), 0);
  // By the ticket, too, and it is said where the device is.
  EXPECT_EQ(RunWithDevice(": <> /proc/self/fd/4"), 0);
  EXPECT_EQ(RunWithDevice(std::string("case $ACCELD_GRANTS in *'\"path\":\"") +
                          kNode + "\"'*) ;; *) exit 1 ;; esac"),
            0);
  // With the lease the right ends.
  EXPECT_EQ(testing::RunAs(kUser, [] { return TryOpen(kNode); }), EACCES);
}

TEST_F(Path, OutsideTheCommandsNamespace_NothingChanges) {
  struct stat before {};
  ASSERT_EQ(::stat(kNode, &before), 0);
  const Daemon daemon;
  const testing::Background run(kUser, [](const auto& ready) {
    ready();
    (void)::execl("/usr/bin/accelctl", "accelctl", "run", kPipeline, "--",
                  "/bin/sh", "-c", "echo here >/tmp/path-here; sleep 30",
                  nullptr);
  });
  for (int i = 0; i < 1200 && ::access("/tmp/path-here", F_OK) != 0; ++i) {
    ::usleep(100'000);
  }
  ASSERT_EQ(::access("/tmp/path-here", F_OK), 0);
  struct stat during {};
  ASSERT_EQ(::stat(kNode, &during), 0);
  EXPECT_EQ(during.st_dev, before.st_dev);
  EXPECT_EQ(during.st_ino, before.st_ino);
  EXPECT_EQ(testing::RunAs(kUser, [] { return TryOpen(kNode); }), EACCES);
}

}  // namespace
}  // namespace acceld::vm
