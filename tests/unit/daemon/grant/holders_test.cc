#include "daemon/grant/holders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace acceld::daemon {
namespace {

using acceld::testing::TempDir;

// Documentation/admin-guide/devices.txt: 1 char, 5 = /dev/zero, 7 = /dev/full.
const dev_t kZero = makedev(1, 5);
const dev_t kFull = makedev(1, 7);
constexpr const char* kOpen = "pos:\t0\nflags:\t0100002\nmnt_id:\t30\n";
constexpr const char* kPath = "pos:\t0\nflags:\t012100002\nmnt_id:\t30\n";

// A procfs of the test's own.
class ProcTree {
 public:
  void AddProcess(const std::string& pid, const std::string& comm,
                  const std::string& uids) {
    dir_.AddFile(pid + "/comm", comm + "\n");
    dir_.AddFile(pid + "/status", "Name:\tx\nUid:\t" + uids + "\nGid:\t0\n");
    for (const char* folder : {"/fd", "/map_files", "/task"}) {
      dir_.AddDirectory(pid + folder);
    }
    dir_.AddDirectory(pid + "/task/" + pid);
  }
  void AddOpen(const std::string& task, const std::string& fd,
               const std::string& target, const char* info = kOpen) {
    dir_.AddDirectory(task + "/fd");
    dir_.AddLink(task + "/fd/" + fd, target);
    dir_.AddFile(task + "/fdinfo/" + fd, info);
  }
  void AddMapping(const std::string& task, const std::string& target) {
    dir_.AddDirectory(task + "/map_files");
    dir_.AddLink(task + "/map_files/7f00-7f01", target);
  }
  TempDir& dir() { return dir_; }

  std::vector<Holder> Find(dev_t device) {
    const auto holders = FindHolders(device, {}, dir_.path());
    EXPECT_TRUE(holders.has_value())
        << (holders ? "" : holders.error().message);
    return holders ? *holders : std::vector<Holder>{};
  }

 private:
  TempDir dir_;
};

std::vector<pid_t> Pids(const std::vector<Holder>& holders) {
  std::vector<pid_t> pids;
  for (const Holder& holder : holders) pids.push_back(holder.pid);
  return pids;
}

TEST(FindHolders, OpenDescriptor_IsTheProcessWithItsNameAndEffectiveUser) {
  ProcTree proc;
  proc.AddProcess("12", "video tool", "1000\t1001\t1000\t1000");
  proc.AddOpen("12", "0", "/dev/null");
  proc.AddOpen("12", "7", "/dev/zero");
  EXPECT_EQ(proc.Find(kZero), (std::vector<Holder>{{12, 1001, "video tool"}}));
  EXPECT_TRUE(proc.Find(kFull).empty());
}

TEST(FindHolders, SeveralProcesses_AreSortedAndEachIsNamedOnce) {
  ProcTree proc;
  for (const char* pid : {"9", "100", "20"}) {
    proc.AddProcess(pid, "x", "0\t0\t0\t0");
    proc.AddOpen(pid, "3", "/dev/zero");
    proc.AddOpen(pid, "4", "/dev/zero");
    proc.AddMapping(pid, "/dev/zero");
  }
  EXPECT_EQ(Pids(proc.Find(kZero)), (std::vector<pid_t>{9, 20, 100}));
}

TEST(FindHolders, PathDescriptor_IsNoOpenDevice) {
  ProcTree proc;
  proc.AddProcess("12", "x", "0\t0\t0\t0");
  proc.AddOpen("12", "7", "/dev/zero", kPath);
  EXPECT_TRUE(proc.Find(kZero).empty());
}

TEST(FindHolders, MappingThatOutlivedItsDescriptor_Counts) {
  ProcTree proc;
  proc.AddProcess("12", "x", "0\t0\t0\t0");
  proc.AddMapping("12", "/dev/zero");
  EXPECT_EQ(Pids(proc.Find(kZero)), std::vector<pid_t>{12});
}

TEST(FindHolders, DescriptorOfAThreadOfItsOwn_IsTheProcess) {
  ProcTree proc;
  proc.AddProcess("12", "x", "0\t0\t0\t0");
  proc.AddOpen("12/task/13", "7", "/dev/zero");
  EXPECT_EQ(Pids(proc.Find(kZero)), std::vector<pid_t>{12});
}

TEST(FindHolders, FirstThreadEnded_MappingsAreSeenThroughAnother) {
  ProcTree proc;
  proc.AddProcess("12", "x", "0\t0\t0\t0");
  proc.dir().AddDirectory("12/task/13/fd");
  proc.AddMapping("13", "/dev/zero");  // /proc/13 is there, but not listed
  EXPECT_EQ(Pids(proc.Find(kZero)), (std::vector<pid_t>{12, 13}));
}

TEST(FindHolders, OtherFilesOfEveryKind_DoNotCount) {
  ProcTree proc;
  proc.AddProcess("12", "x", "0\t0\t0\t0");
  proc.dir().AddFile("file", "bytes");
  proc.AddOpen("12", "3", proc.dir().At("file"));
  proc.AddOpen("12", "4", proc.dir().At("none"));  // closed meanwhile
  proc.AddOpen("12", "5", proc.dir().path());
  EXPECT_TRUE(proc.Find(kZero).empty());
  EXPECT_TRUE(proc.Find(0).empty());
}

TEST(FindHolders, ProcessesThatVanish_AreNoError) {
  ProcTree proc;
  proc.dir().AddDirectory("12");
  proc.dir().AddDirectory("self");
  EXPECT_TRUE(proc.Find(kZero).empty());
}

TEST(FindHolders, OnlyOfAnotherFilesystem_DoNotCount) {
  ProcTree proc;
  proc.AddProcess("12", "x", "0\t0\t0\t0");
  proc.AddOpen("12", "7", "/dev/zero");
  struct stat node {};
  ASSERT_EQ(::stat("/dev/zero", &node), 0);
  const auto there =
      FindHolders(kZero, std::vector<dev_t>{0, node.st_dev}, proc.dir().path());
  ASSERT_TRUE(there.has_value());
  EXPECT_EQ(Pids(*there), std::vector<pid_t>{12});
  const auto elsewhere = FindHolders(kZero, std::vector<dev_t>{node.st_dev + 1},
                                     proc.dir().path());
  ASSERT_TRUE(elsewhere.has_value());
  EXPECT_TRUE(elsewhere->empty());
}

TEST(FindHolders, Many_AreCutOff) {
  ProcTree proc;
  for (int pid = 1; pid <= 70; ++pid) {
    proc.AddProcess(std::to_string(pid), "x", "0\t0\t0\t0");
    proc.AddOpen(std::to_string(pid), "3", "/dev/zero");
  }
  EXPECT_EQ(proc.Find(kZero).size(), 64U);
}

TEST(FindHolders, NameWithControlCharacters_IsMadePrintable) {
  ProcTree proc;
  proc.AddProcess("12", "a\x1b[2J", "0\t0\t0\t0");
  proc.AddOpen("12", "3", "/dev/zero");
  ASSERT_EQ(proc.Find(kZero).size(), 1U);
  EXPECT_EQ(proc.Find(kZero)[0].name, "a?[2J");
}

TEST(FindHolders, NoProc_IsAFault) {
  const auto holders = FindHolders(kZero, {}, "/nowhere");
  ASSERT_FALSE(holders.has_value());
  EXPECT_EQ(holders.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::daemon
