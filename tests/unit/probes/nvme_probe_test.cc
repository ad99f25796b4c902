#include "probes/nvme_probe.h"

#include <gtest/gtest.h>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FrameworkTree;
using acceld::testing::TextOf;

constexpr const char* kSsd = "storage:nvme2";

// A controller with two namespaces, one of which has several paths.
class NvmeProbeTest : public ::testing::Test {
 protected:
  NvmeProbeTest() {
    function_ = machine_.AddFunction("0000:18:00.0", 0x144d, 0xa80a, "nvme");
    device_ = machine_.pci.AddClassDevice(function_, "nvme", "nvme2", "239:2");
    Write("model", "SAMSUNG MZQL23T8HCLS-00A07              \n");
    Write("serial", "S64HNE0R500123      \n");
    Write("firmware_rev", "GDC5302Q\n");
    Write("state", "live\n");
    Write("transport", "pcie\n");
    Write("cntrltype", "io\n");
    Write("nvme2n1/size", "7501476528\n");
    Write("nvme4c2n7/size", "2048\n");
    Write("ng2n1/dev", "240:0\n");
    Write("hwmon3/name", "nvme\n");
  }

  void Write(const std::string& file, std::string_view text) {
    machine_.tree.AddFile(device_ + "/" + file, text);
  }

  FrameworkTree machine_;
  std::string function_;
  std::string device_;
};

TEST_F(NvmeProbeTest, Controller_HasAllItsFacts) {
  const std::string text = FactText(machine_.Run(), {"storage:"});
  ExpectGolden(text, "probes/nvme.txt");
  EXPECT_EQ(text.find("S64HNE0R500123"), std::string::npos);
}

TEST_F(NvmeProbeTest, BlockDevices_AreNotHandedOut) {
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kSsd, "functions"), "storage/nvme");
  EXPECT_EQ(TextOf(facts, kSsd, "grant"), "none");
  EXPECT_EQ(TextOf(facts, kSsd, "node"), "");
}

TEST_F(NvmeProbeTest, Namespaces_AreNamedAsTheirBlockDevices) {
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kSsd, "namespaces"),
            "nvme2n1 3750738264KiB,nvme4n7 1MiB");
}

TEST_F(NvmeProbeTest, State_IsItsHealth) {
  Write("state", "connecting\n");
  EXPECT_EQ(TextOf(machine_.Run(), kSsd, "health"), "degraded");
  Write("state", "deleting (no IO)\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kSsd, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kSsd, "health_reason"), "state: deleting (no IO)");
}

TEST_F(NvmeProbeTest, LyingFiles_AreFaultsAndTheRestStands) {
  Write("state", "splendid\n");
  Write("nvme2n1/size", "-3\n");
  Write("nvme2n9/size", "18446744073709551615\n");
  Write("nvme2n/size", "5\n");
  const FactSet facts = machine_.Run();
  const std::string device = "/sys/class/nvme/nvme2";
  EXPECT_EQ(FaultAt(facts, device + "/state"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, device + "/nvme2n1/size"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, device + "/nvme2n9/size"), ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kSsd, "health"), "");
  EXPECT_EQ(TextOf(facts, kSsd, "namespaces"), "nvme4n7 1MiB");
}

TEST_F(NvmeProbeTest, NamespacesOfImpossibleSize_AreAFault) {
  Write("nvme2n2/size", "18014398509481983\n");
  Write("nvme2n3/size", "18014398509481983\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/nvme/nvme2"), ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kSsd, "capacity"), "");
}

}  // namespace
}  // namespace acceld::probes
