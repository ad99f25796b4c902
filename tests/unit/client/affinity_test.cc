#include "client/affinity.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "tests/support/sys_tree.h"

namespace acceld::client {
namespace {

using acceld::testing::SysTree;

// A CPU that this process may use, whatever machine it is on.
int AnyCpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(::sched_getaffinity(0, sizeof set, &set), 0);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) return cpu;
  }
  return 0;
}

Document Parsed(const std::string& text) {
  auto document = ParseJson(text);
  EXPECT_TRUE(document) << document.error().message;
  return document.value_or(Document());
}

class AffinityTest : public ::testing::Test {
 protected:
  // Of a machine whose node 1 has `cpus`.
  [[nodiscard]] Result<Affinity> Find(const std::string& cpus,
                                      const std::string& placement,
                                      const std::string& pipeline = "{}") {
    SysTree tree;
    tree.AddFile("sys/devices/system/node/node1/cpulist", cpus + "\n");
    return AffinityOf(Parsed(pipeline), Parsed(placement), tree.root());
  }

  const std::string mine_ = std::to_string(AnyCpu());
};

TEST_F(AffinityTest, OfAPlacement_IsItsNodesCpusThatThisProcessMayUse) {
  const auto affinity = Find(mine_ + ",65000", R"({"host": "numa:1"})");
  ASSERT_TRUE(affinity) << affinity.error().message;
  EXPECT_EQ(affinity->node, 1);
  EXPECT_EQ(affinity->cpus, std::vector<int>{AnyCpu()});
}

TEST_F(AffinityTest, OfAPipelineThatNamesCpus_IsThose) {
  const auto affinity =
      Find("65000", R"({"host": "numa:1"})",
           R"({"client": {"cpus": ")" + mine_ + R"(,65001"}})");
  ASSERT_TRUE(affinity) << affinity.error().message;
  EXPECT_EQ(affinity->cpus, std::vector<int>{AnyCpu()});
  const auto near =
      Find(mine_, R"({"host": "numa:1"})", R"({"client": {"cpus": "near"}})");
  ASSERT_TRUE(near) << near.error().message;
  EXPECT_EQ(near->cpus, std::vector<int>{AnyCpu()});
}

TEST_F(AffinityTest, WithoutANodeOfThisMachine_IsNone) {
  for (const char* placement :
       {"{}", R"({"host": ""})", R"({"host": "numa:7"})",
        R"({"host": "package:1"})", R"({"host": "numa:-1"})",
        R"({"host": "numa:99999999999"})"}) {
    const auto affinity = Find(mine_, placement);
    ASSERT_TRUE(affinity) << affinity.error().message;
    EXPECT_TRUE(affinity->cpus.empty()) << placement;
  }
}

TEST_F(AffinityTest, OfANodeWithoutCpusForThisProcess_IsNone) {
  const auto affinity = Find("65000-65002", R"({"host": "numa:1"})");
  ASSERT_TRUE(affinity) << affinity.error().message;
  EXPECT_TRUE(affinity->cpus.empty());
  EXPECT_TRUE(KeepTo(*affinity));
}

TEST_F(AffinityTest, OfAListThatIsNone_IsAFault) {
  const auto affinity = Find("x", R"({"host": "numa:1"})");
  ASSERT_FALSE(affinity);
  EXPECT_EQ(affinity.error().code, ErrorCode::kCorruptInput);
}

TEST_F(AffinityTest, KeptTo_BindsTheThread) {
  std::thread([] {
    const int cpu = AnyCpu();
    const Status kept = KeepTo({0, {cpu}});
    ASSERT_TRUE(kept) << kept.error().message;
    cpu_set_t set;
    CPU_ZERO(&set);
    ASSERT_EQ(::sched_getaffinity(0, sizeof set, &set), 0);
    EXPECT_EQ(CPU_COUNT(&set), 1);
    EXPECT_TRUE(CPU_ISSET(cpu, &set));
  }).join();
}

}  // namespace
}  // namespace acceld::client
