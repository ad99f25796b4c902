// Namespaces, as root and as a user: both have to be tried on a real system.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "base/json.h"
#include "client/mount_namespace.h"
#include "tests/support/run_as.h"

namespace acceld::client {
namespace {

using acceld::testing::kStranger;
using acceld::testing::RunAs;

ino_t MountNamespace() {
  struct stat status {};
  return ::stat("/proc/self/ns/mnt", &status) == 0 ? status.st_ino : 0;
}

bool HasSharedMounts() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" shared:") != std::string::npos) return true;
  }
  return false;
}

// What is wrong in the namespace of `user`; 0: nothing.
int TryAs(uid_t user) {
  const ino_t before = MountNamespace();
  return RunAs(user, [&] {
    if (!EnterMountNamespace()) return 1;
    if (MountNamespace() == before) return 2;
    if (HasSharedMounts()) return 3;
    if (::getuid() != user || ::getgid() != user) return 4;
    return ::access("/dev/null", R_OK | W_OK) == 0 ? 0 : 5;
  });
}

TEST(EnterMountNamespace, Root_HasOneOfItsOwn) { EXPECT_EQ(TryAs(0), 0); }

TEST(EnterMountNamespace, AnyUser_HasOneOfItsOwnAndStaysWhoItWas) {
  EXPECT_EQ(TryAs(kStranger), 0);
}

TEST(WantsPaths, OneStageIsEnough) {
  EXPECT_TRUE(WantsPaths(*ParseJson(
      R"({"stages": [{"name": "a"}, {"name": "b", "grant": "path"}]})")));
  for (const char* text :
       {"{}", R"({"stages": 3})", R"({"stages": []})",
        R"({"stages": [7, {"grant": "any"}, {"grant": ["path"]}]})"}) {
    EXPECT_FALSE(WantsPaths(*ParseJson(text))) << text;
  }
}

}  // namespace
}  // namespace acceld::client
