#include "probes/apex_probe.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FrameworkTree;
using acceld::testing::TextOf;

constexpr const char* kTpu = "accelerator:apex_0";

class ApexProbeTest : public ::testing::Test {
 protected:
  ApexProbeTest() {
    const std::string path =
        machine_.AddFunction("0000:05:00.0", 0x1ac1, 0x089a, "apex");
    device_ = machine_.pci.AddClassDevice(path, "apex", "apex_0", "120:0");
    Write("status", "ALIVE\n");
    Write("temp", "45300\n");
    Write("trip_point0_temp", "85050\n");
    Write("is_device_owned", "0\n");
    Write("device_owner", "0\n");
    Write("reset_count", "3\n");
    Write("revision", "0\n");
    Write("framework_version", "1.1.4\n");
    machine_.tree.AddFile("sys/bus/pci/drivers/apex/module/version", "1.2\n");
  }

  void Write(const std::string& file, std::string_view text) {
    machine_.tree.AddFile(device_ + "/" + file, text);
  }

  FrameworkTree machine_;
  std::string device_;
};

TEST_F(ApexProbeTest, EdgeTpu_IsAsInTheGolden) {
  ExpectGolden(FactText(machine_.Run(), {kTpu}), "probes/apex.txt");
}

TEST_F(ApexProbeTest, ProcessThatOpenedItForWriting_OwnsIt) {
  Write("is_device_owned", "1\n");
  Write("device_owner", "4242\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kTpu, "instances"), "1");
  EXPECT_EQ(TextOf(facts, kTpu, "instances_free"), "0");
  EXPECT_EQ(TextOf(facts, kTpu, "holders"), "4242");
}

TEST_F(ApexProbeTest, HeatAndStatus_AreHealth) {
  struct Row {
    const char* status;
    const char* temperature;
    const char* health;
  };
  for (const Row& row :
       {Row{"ALIVE", "-89700", "ok"}, Row{"ALIVE", "85050", "degraded"},
        Row{"LAMED", "20000", "degraded"}, Row{"DEAD", "20000", "failed"},
        Row{"DRIVER_EXITING", "20000", "failed"}}) {
    Write("status", row.status);
    Write("temp", row.temperature);
    EXPECT_EQ(TextOf(machine_.Run(), kTpu, "health"), row.health)
        << row.status << " " << row.temperature;
  }
}

TEST_F(ApexProbeTest, FilesThatLie_AreFaultsAndTheRestStands) {
  Write("status", "sleepy\n");
  Write("is_device_owned", "7\n");
  Write("reset_count", "none\n");
  const FactSet facts = machine_.Run();
  for (const char* file : {"status", "is_device_owned", "reset_count"}) {
    EXPECT_EQ(FaultAt(facts, std::string("/sys/class/apex/apex_0/") + file),
              ErrorCode::kCorruptInput)
        << file;
  }
  EXPECT_EQ(FindAttribute(facts, kTpu, "health"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kTpu, "instances_free"), nullptr);
  EXPECT_EQ(TextOf(facts, kTpu, "functions"), "compute/npu");
}

}  // namespace
}  // namespace acceld::probes
