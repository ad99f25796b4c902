#include "probes/hwloc_guard.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/probe.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::SysTree;

constexpr const char* kOnline = "sys/devices/system/cpu/online";

class HwlocGuard : public ::testing::Test {
 protected:
  HwlocGuard() {
    tree_.AddCpu(0, 0, 0);
    tree_.SetOnlineCpus("0");
    tree_.AddNumaNode({0, "0", 1000, "10", false});
  }
  void ExpectHazard(const std::string& where) {
    const auto found = FindHwlocHazard(tree_.directory());
    ASSERT_TRUE(found) << where;
    EXPECT_EQ(found->where, where);
    EXPECT_EQ(found->error.code, ErrorCode::kCorruptInput);
  }
  [[nodiscard]] std::string At(const std::string& path) const {
    return tree_.directory() + "/" + path;
  }

  SysTree tree_;
};

TEST_F(HwlocGuard, SoundTree_HasNone) {
  tree_.AddLink("sys/devices/system/cpu/cpu0/node0", "../../node/node0");
  tree_.AddLink("sys/devices/system/cpu/cpu0/driver", "../nowhere");
  tree_.AddLink("proc/device-tree", "/sys/firmware/devicetree/base/nothing");
  EXPECT_FALSE(FindHwlocHazard(tree_.directory()));
}

TEST_F(HwlocGuard, Fifo_IsAHazard) {
  ASSERT_EQ(::mkfifo(At("sys/devices/fifo").c_str(), 0600), 0);
  ExpectHazard("/sys/devices/fifo");
}

TEST_F(HwlocGuard, LinkOut_IsAHazard) {
  tree_.AddLink("sys/devices/system/out", "/dev/null");
  ExpectHazard("/sys/devices/system/out");
  tree_.Remove("sys/devices/system/out");
  tree_.AddLink("proc/out", "../..");
  ExpectHazard("/proc/out");
}

TEST_F(HwlocGuard, FileOf1GiB_IsAHazard) {
  tree_.Remove(kOnline);
  tree_.AddFile(kOnline, "");
  ASSERT_EQ(::truncate(At(kOnline).c_str(), off_t{1} << 30), 0);
  ExpectHazard("/" + std::string(kOnline));
}

// Over these hwloc 2.9 fails an assertion, or takes all memory.
TEST_F(HwlocGuard, AbsurdNumbers_AreHazards) {
  tree_.AddFile("sys/devices/system/node/online", "0-4294967295\n");
  ExpectHazard("/sys/devices/system/node/online");
  tree_.AddFile("sys/devices/system/node/online", "0\n");
  tree_.AddDirectory("sys/devices/system/node/node4294967295");
  ExpectHazard("/sys/devices/system/node/node4294967295");
}

// Found by tests/fuzz/sysfs_fuzz.cc.
TEST_F(HwlocGuard, NodesWithoutANode_AreAHazard) {
  tree_.AddFile("sys/devices/system/node/online", "\n");
  ExpectHazard("/sys/devices/system/node/online");
  tree_.Remove("sys/devices/system/node/online");
  EXPECT_FALSE(FindHwlocHazard(tree_.directory()));
  tree_.Remove("sys/devices/system/node/node0");
  ExpectHazard("/sys/devices/system/node");
  tree_.Remove("sys/devices/system/node");
  EXPECT_FALSE(FindHwlocHazard(tree_.directory()));
}

TEST_F(HwlocGuard, Hazard_IsAFaultOfTheProbe_AndHwlocIsNotRun) {
  tree_.AddDirectory("proc");
  ASSERT_EQ(::mkfifo(At("proc/cpuinfo").c_str(), 0600), 0);
  const SysRoot root = tree_.root();
  PrepareHwloc(root);
  const FactSet facts = ProbeMachine(root);
  EXPECT_EQ(FaultAt(facts, "/proc/cpuinfo"), ErrorCode::kCorruptInput);
  EXPECT_TRUE(
      acceld::testing::HasEntity(facts, "numa:0", VertexKind::kNumaNode));
}

}  // namespace
}  // namespace acceld::probes
