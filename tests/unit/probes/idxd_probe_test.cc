#include "probes/idxd_probe.h"

#include <gtest/gtest.h>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/idxd_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::IdxdTree;
using acceld::testing::TextOf;

constexpr const char* kDsa = "accelerator:dsa0";
constexpr const char* kQueue = "engine:wq0.0";
constexpr const char* kDsaOperations =
    "00000000,00000000,00000000,00000000,00000000,00000000,00000001,003f03ff\n";
constexpr const char* kIaaOperations =
    "00000000,00000000,00000000,00000000,00000000,007f331c,00000000,0000000d\n";

class IdxdProbeTest : public ::testing::Test {
 protected:
  IdxdProbeTest()
      : tree_(machine_),
        dsa_(tree_.AddDevice("dsa0", "0000:6a:01.0", 0x0b25, kDsaOperations)) {}

  void Write(const std::string& path, std::string_view text) {
    machine_.tree.AddFile(path, text);
  }
  [[nodiscard]] FactSet Run() const { return machine_.Run(); }

  FrameworkTree machine_;
  IdxdTree tree_;
  std::string dsa_;
};

TEST_F(IdxdProbeTest, DsaAndIaaWithQueuesOfEveryType_AreAsInTheGolden) {
  Write("proc/sys/kernel/osrelease", "6.12.117\n");
  tree_.AddQueue(dsa_, {.name = "wq0.0", .minor = 0});
  const std::string dedicated = tree_.AddQueue(
      dsa_, {.name = "wq0.1", .mode = "dedicated", .clients = 1, .minor = 1});
  Write(dedicated + "/dsa!wq0.1/file3/pid", "4711\n");
  tree_.AddQueue(dsa_, {.name = "wq0.2", .type = "kernel", .size = 32});
  tree_.AddQueue(dsa_, {.name = "wq0.3", .state = "disabled"});
  tree_.AddQueue(
      dsa_, {.name = "wq0.4", .type = "none", .state = "disabled", .size = 0});
  const std::string iaa =
      tree_.AddDevice("iax1", "0000:6a:02.0", 0x0cfe, kIaaOperations);
  const std::string narrow = tree_.AddQueue(iaa, {.name = "wq1.0", .minor = 0});
  Write(narrow + "/op_config",
        "00000000,00000000,00000000,00000000,00000000,00000008,00000000,"
        "00000000\n");
  ExpectGolden(FactText(Run(), {"accelerator:", "engine:"}), "probes/idxd.txt");
}

TEST_F(IdxdProbeTest, SharedUserQueue_HasANodeAndNoLimit) {
  tree_.AddQueue(dsa_, {.name = "wq0.0", .clients = 3, .minor = 5});
  const FactSet facts = Run();
  EXPECT_TRUE(HasEntity(facts, kQueue, VertexKind::kEngine));
  EXPECT_NE(FindRelation(facts, kQueue, kDsa, RelationKind::kEngineOf),
            nullptr);
  EXPECT_EQ(TextOf(facts, kQueue, "node"), "/dev/dsa/wq0.0");
  EXPECT_EQ(TextOf(facts, kQueue, "device_number"), "236:5");
  EXPECT_EQ(TextOf(facts, kQueue, "sharing_class"), "multi-app");
  EXPECT_EQ(TextOf(facts, kQueue, "clients"), "3");
  EXPECT_EQ(FindAttribute(facts, kQueue, "instances"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kQueue, "not_offered"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kDsa, "node"), nullptr);
}

TEST_F(IdxdProbeTest, DedicatedQueue_IsOpenedOnce) {
  tree_.AddQueue(dsa_, {.name = "wq0.0", .mode = "dedicated", .minor = 0});
  const FactSet free = Run();
  EXPECT_EQ(TextOf(free, kQueue, "sharing_class"), "single-user");
  EXPECT_EQ(TextOf(free, kQueue, "instances"), "1");
  EXPECT_EQ(TextOf(free, kQueue, "instances_free"), "1");
  Write(dsa_ + "/wq0.0/clients", "1\n");
  EXPECT_EQ(TextOf(Run(), kQueue, "instances_free"), "0");
}

TEST_F(IdxdProbeTest, QueueThatNoClientCanOpen_HasNoInstance) {
  tree_.AddQueue(dsa_, {.name = "wq0.0", .minor = 0});
  for (const auto& [type, state] :
       {std::pair{"kernel", "enabled"}, std::pair{"user", "disabled"},
        std::pair{"none", "disabled"}}) {
    Write(dsa_ + "/wq0.0/type", type);
    Write(dsa_ + "/wq0.0/state", state);
    const FactSet facts = Run();
    EXPECT_EQ(TextOf(facts, kQueue, "instances"), "0") << type;
    EXPECT_NE(TextOf(facts, kQueue, "not_offered"), "") << type;
    EXPECT_EQ(FindAttribute(facts, kQueue, "node"), nullptr) << type;
  }
}

TEST_F(IdxdProbeTest, DeviceWithoutAConfiguredQueue_IsNotOffered) {
  tree_.AddQueue(dsa_, {.name = "wq0.0", .type = "none", .size = 0});
  const FactSet facts = Run();
  EXPECT_FALSE(HasEntity(facts, kQueue, VertexKind::kEngine));
  EXPECT_EQ(TextOf(facts, kDsa, "instances"), "0");
  EXPECT_EQ(TextOf(facts, kDsa, "not_offered"), "no work queue is configured");
}

TEST_F(IdxdProbeTest, HaltedDevice_HasFailed) {
  Write(dsa_ + "/state", "halted\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kDsa, "health"), "failed");
  EXPECT_NE(TextOf(facts, kDsa, "health_reason"), "");
}

TEST_F(IdxdProbeTest, WithoutPasidsForUsers_SaysNoSva) {
  Write(dsa_ + "/pasid_enabled", "0\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kDsa, "sva"), "no");
  EXPECT_NE(TextOf(facts, kDsa, "sva_reasons"), "");
}

TEST_F(IdxdProbeTest, CommandThatFailedAndSoftwareError_AreShownNotFaults) {
  Write(dsa_ + "/cmd_status", "0x80110000\n");
  Write(dsa_ + "/errors", IdxdTree::Bitmap("00000013") + "\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kDsa, "command_status"), "0x80110000");
  EXPECT_EQ(TextOf(facts, kDsa, "software_error"),
            IdxdTree::Bitmap("00000013"));
  EXPECT_EQ(TextOf(facts, kDsa, "health"), "ok");
}

TEST_F(IdxdProbeTest, FilesThatLie_AreFaultsAndTheRestStands) {
  tree_.AddQueue(dsa_, {.name = "wq0.0", .minor = 0});
  const std::string device = "/sys/bus/dsa/devices/dsa0";
  const std::string queue = "/sys/bus/dsa/devices/wq0.0";
  Write(dsa_ + "/op_cap", "everything\n");
  Write(dsa_ + "/state", "splendid\n");
  Write(dsa_ + "/pasid_enabled", "2\n");
  Write(dsa_ + "/cdev_major", "99999\n");
  Write(dsa_ + "/wq0.0/size", "-1\n");
  Write(dsa_ + "/wq0.0/clients", "99999999999\n");
  Write(dsa_ + "/wq0.0/op_config", "0x0x\n");
  const FactSet facts = Run();
  for (const std::string& where :
       {device + "/op_cap", device + "/state", device + "/pasid_enabled",
        device + "/cdev_major", queue + "/size", queue + "/clients",
        queue + "/op_config"}) {
    EXPECT_EQ(FaultAt(facts, where), ErrorCode::kCorruptInput) << where;
  }
  EXPECT_EQ(TextOf(facts, kQueue, "node"), "/dev/dsa/wq0.0");
  EXPECT_EQ(FindAttribute(facts, kQueue, "device_number"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kDsa, "functions"), nullptr);
  EXPECT_EQ(TextOf(facts, kDsa, "grant"), "ticket");
}

TEST_F(IdxdProbeTest, NamesOfOtherThingsOnTheBus_AreNeitherDeviceNorQueue) {
  for (const char* name : {"engine0.0", "group0.0", "dsa!wq0.0", "file1",
                           "dsax", "wq0", "wq0.0.0", "wq7.0", "dsa1234567"}) {
    machine_.tree.AddDirectory(std::string("sys/bus/dsa/devices/") + name);
  }
  const FactSet facts = Run();
  for (const EntityFact& entity : facts.entities) {
    EXPECT_NE(entity.kind, VertexKind::kEngine) << entity.key;
    EXPECT_EQ(entity.kind == VertexKind::kAccelerator, entity.key == kDsa);
  }
}

}  // namespace
}  // namespace acceld::probes
