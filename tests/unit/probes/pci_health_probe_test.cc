#include "probes/pci_health_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FrameworkTree;
using acceld::testing::TextOf;

constexpr const char* kFunction = "pci:0000:83:00.0";
constexpr const char* kGpu = "accelerator:renderD128";

class PciHealthProbeTest : public ::testing::Test {
 protected:
  PciHealthProbeTest()
      : path_(machine_.AddFunction("0000:83:00.0", 0x1002, 0x740f, "amdgpu")) {
    machine_.pci.AddClassDevice(path_, "drm", "renderD128", "226:128");
    Count("DLP 0\nTOTAL_ERR_FATAL 0\n", "TLP 0\nTOTAL_ERR_NONFATAL 0\n");
  }

  void Count(std::string_view fatal, std::string_view other) {
    machine_.tree.AddFile(path_ + "/aer_dev_fatal", fatal);
    machine_.tree.AddFile(path_ + "/aer_dev_nonfatal", other);
  }

  FrameworkTree machine_;
  std::string path_;
};

TEST_F(PciHealthProbeTest, FunctionWithoutErrors_IsOk) {
  machine_.tree.AddFile(path_ + "/power_state", "D3cold\n");
  const FactSet facts = machine_.Run();
  for (const char* key : {kFunction, kGpu}) {
    EXPECT_EQ(TextOf(facts, key, "health"), "ok") << key;
    EXPECT_EQ(FindAttribute(facts, key, "health_reason"), nullptr) << key;
  }
  EXPECT_EQ(FindAttribute(facts, kGpu, "health")->from.evidence,
            Evidence::kComputed);
}

TEST_F(PciHealthProbeTest, UncorrectedErrors_DegradeIt) {
  Count("DLP 2\nTOTAL_ERR_FATAL 2\n", "CmpltTO 1\nUnsupReq 7\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kGpu, "health"), "degraded");
  EXPECT_EQ(TextOf(facts, kGpu, "health_reason"),
            "2 fatal PCIe errors DLP; 1 non-fatal PCIe errors CmpltTO");
}

TEST_F(PciHealthProbeTest, UnsupportedRequests_AreNotItsFault) {
  Count("DLP 0\n", "UnsupReq 7\nTOTAL_ERR_NONFATAL 7\n");
  EXPECT_EQ(TextOf(machine_.Run(), kGpu, "health"), "ok");
}

TEST_F(PciHealthProbeTest, FunctionThatIsNotCounted_HasNoHealth) {
  machine_.tree.Remove(path_ + "/aer_dev_fatal");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FindAttribute(facts, kFunction, "health"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kGpu, "health"), nullptr);
  EXPECT_FALSE(
      FaultAt(facts, "/sys/bus/pci/devices/0000:83:00.0/aer_dev_fatal"));
}

TEST_F(PciHealthProbeTest, FrameworksWord_StandsOverTheCounters) {
  const std::string gaudi =
      machine_.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
  machine_.pci.AddClassDevice(gaudi, "accel", "accel0", "261:0");
  machine_.tree.AddFile(gaudi + "/status", "Operational\n");
  machine_.tree.AddFile(gaudi + "/aer_dev_fatal", "DLP 1\n");
  machine_.tree.AddFile(gaudi + "/aer_dev_nonfatal", "DLP 0\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:accel0", "health"), "ok");
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel0", "health_reason"),
            nullptr);
  EXPECT_EQ(TextOf(facts, "pci:0000:b3:00.0", "health"), "degraded");
}

TEST_F(PciHealthProbeTest, FunctionWithoutAnAccelerator_IsNotRead) {
  const std::string path =
      machine_.AddFunction("0000:05:00.0", 0x8086, 0x10fb, "ixgbe");
  machine_.tree.AddFile(path + "/aer_dev_fatal", "nonsense\n");
  EXPECT_FALSE(FaultAt(machine_.Run(),
                       "/sys/bus/pci/devices/0000:05:00.0/aer_dev_fatal"));
}

TEST_F(PciHealthProbeTest, CountersThatLie_AreAFaultAndNoHealth) {
  Count("DLP -3\n", "DLP 0\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/bus/pci/devices/0000:83:00.0/aer_dev_fatal"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, kGpu, "health"), nullptr);
}

}  // namespace
}  // namespace acceld::probes
