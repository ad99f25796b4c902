#include "probes/rdma_probe.h"

#include <gtest/gtest.h>

#include "probes/rdma_port.h"
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
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr const char* kNic = "nic:mlx5_0";

// A ConnectX with two ports, the second without a cable.
class RdmaProbeTest : public ::testing::Test {
 protected:
  RdmaProbeTest() {
    function_ =
        machine_.AddFunction("0000:17:00.0", 0x15b3, 0x101b, "mlx5_core");
    machine_.pci.AddClassDevice(function_, "net", "enp23s0f0", "");
    device_ =
        machine_.pci.AddClassDevice(function_, "infiniband", "mlx5_0", "");
    Write("fw_ver", "20.31.1014\n");
    Write("hca_type", "MT4123\n");
    Write("board_id", "MT_0000000222\n");
    Write("node_guid", "b859:9f03:00c5:2a14\n");
    Write("node_type", "1: CA\n");
    WritePort(1, "4: ACTIVE", "5: LinkUp", "200 Gb/sec (4X HDR)", "InfiniBand");
    WritePort(2, "1: DOWN", "3: Disabled", "2.5 Gb/sec (1X SDR)", "InfiniBand");
    verbs_ = machine_.pci.AddClassDevice(function_, "infiniband_verbs",
                                         "uverbs3", "231:195");
    machine_.tree.AddFile(verbs_ + "/ibdev", "mlx5_0\n");
    machine_.tree.AddFile("sys/class/infiniband_verbs/abi_version", "6\n");
  }

  void Write(const std::string& file, std::string_view text) {
    machine_.tree.AddFile(device_ + "/" + file, text);
  }
  void WritePort(int port, const std::string& state,
                 const std::string& phys_state, const std::string& rate,
                 const std::string& link_layer) {
    const std::string directory = "ports/" + std::to_string(port);
    Write(directory + "/state", state + "\n");
    Write(directory + "/phys_state", phys_state + "\n");
    Write(directory + "/rate", rate + "\n");
    Write(directory + "/link_layer", link_layer + "\n");
  }

  FrameworkTree machine_;
  std::string function_;
  std::string device_;
  std::string verbs_;
};

TEST_F(RdmaProbeTest, Device_HasAllItsFacts) {
  ExpectGolden(FactText(machine_.Run(), {"nic:"}), "probes/rdma.txt");
}

TEST_F(RdmaProbeTest, Node_MakesItADeviceThatCanBeAskedFor) {
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kNic, "functions"), "net/rdma");
  EXPECT_EQ(TextOf(facts, kNic, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kNic, "node"), "/dev/infiniband/uverbs3");
  EXPECT_EQ(TextOf(facts, kNic, "device_number"), "231:195");
  EXPECT_EQ(TextOf(facts, kNic, "sharing_class"), "multi-app");
  EXPECT_EQ(TextOf(facts, kNic, "sva"), "no");
}

TEST_F(RdmaProbeTest, WithoutNode_OffersNothing) {
  machine_.tree.Remove("sys/class/infiniband_verbs/uverbs3");
  const FactSet facts = machine_.Run();
  EXPECT_TRUE(HasEntity(facts, kNic, VertexKind::kNic));
  EXPECT_EQ(TextOf(facts, kNic, "functions"), "");
  EXPECT_EQ(TextOf(facts, kNic, "firmware_version"), "20.31.1014");
}

TEST_F(RdmaProbeTest, NetworkInterface_KeepsItsOwnVertex) {
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "nic:enp23s0f0", "framework"), "net");
  EXPECT_EQ(TextOf(facts, "nic:enp23s0f0", "functions"), "");
  EXPECT_EQ(TextOf(facts, kNic, "netdev"), "enp23s0f0");
}

TEST_F(RdmaProbeTest, PortDown_IsDegradedWithTheReason) {
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kNic, "health"), "degraded");
  EXPECT_EQ(TextOf(facts, kNic, "health_reason"), "port 2 is DOWN (Disabled)");
}

TEST_F(RdmaProbeTest, AllPortsActive_IsOk) {
  WritePort(2, "5: ACTIVE_DEFER", "5: LinkUp", "100 Gb/sec (4X EDR)",
            "Ethernet");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kNic, "health"), "ok");
  EXPECT_EQ(TextOf(facts, kNic, "health_reason"), "");
  EXPECT_EQ(TextOf(facts, kNic, "link_layer"), "InfiniBand,Ethernet");
  EXPECT_EQ(TextOf(facts, kNic, "port_rate"), "25GB/s");
}

TEST_F(RdmaProbeTest, PortOfUnknownState_ClaimsNoHealth) {
  machine_.tree.Remove(device_ + "/ports/2");
  machine_.tree.Remove(device_ + "/ports/1/state");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kNic, "health"), "");
  EXPECT_EQ(TextOf(facts, kNic, "ports"),
            "1: state not known 200 Gb/sec (4X HDR) InfiniBand");
}

TEST_F(RdmaProbeTest, SoftwareDevice_IsPassedOver) {
  const std::string rxe = "sys/devices/virtual/infiniband/rxe0";
  machine_.tree.AddDirectory(rxe);
  machine_.tree.AddLinkTo("sys/class/infiniband/rxe0", rxe);
  const std::string verbs = "sys/devices/virtual/infiniband_verbs/uverbs9";
  machine_.tree.AddFile(verbs + "/ibdev", "rxe0\n");
  machine_.tree.AddLinkTo("sys/class/infiniband_verbs/uverbs9", verbs);
  const FactSet facts = machine_.Run();
  EXPECT_FALSE(HasEntity(facts, "nic:rxe0", VertexKind::kNic));
  EXPECT_FALSE(FaultAt(facts, "/" + verbs).has_value());
  EXPECT_EQ(TextOf(facts, kNic, "node"), "/dev/infiniband/uverbs3");
}

TEST_F(RdmaProbeTest, LyingFiles_AreFaultsAndTheRestStands) {
  Write("ports/1/rate", "fast\n");
  Write("ports/banana/state", "4: ACTIVE\n");
  Write("hca_type", std::string("MT\0", 3));
  machine_.tree.AddFile(verbs_ + "/dev", "12\n");
  const FactSet facts = machine_.Run();
  const std::string device = "/sys/class/infiniband/mlx5_0";
  EXPECT_EQ(FaultAt(facts, device + "/ports/1/rate"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, device + "/ports"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, device + "/hca_type"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/sys/class/infiniband_verbs/uverbs3/dev"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kNic, "device_number"), "");
  EXPECT_EQ(TextOf(facts, kNic, "board_id"), "MT_0000000222");
}

TEST_F(RdmaProbeTest, PortNumberThatTheKernelWouldNotWrite_IsAFault) {
  const std::string before = TextOf(machine_.Run(), kNic, "ports");
  for (const char* name : {"007", "0x7", "+7", "-7"}) {
    Write(std::string("ports/") + name + "/state", "4: ACTIVE\n");
  }
  Write("ports/7/state", "1: DOWN\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/infiniband/mlx5_0/ports"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kNic, "ports"), before + ",7: DOWN");
}

TEST_F(RdmaProbeTest, Guid_IsNoFact) {
  for (const AttributeFact& fact : machine_.Run().attributes) {
    EXPECT_EQ(ToText(fact.attribute.value).find("b859:9f03:00c5:2a14"),
              std::string::npos)
        << fact.attribute.name;
  }
}

TEST(RdmaPort, Rates_AreParsedAsTheKernelWritesThem) {
  EXPECT_EQ(ParseRdmaRate("2.5 Gb/sec (1X SDR)"), BytesPerSecond(312'500'000));
  EXPECT_EQ(ParseRdmaRate("100 Gb/sec (4X EDR)"),
            BytesPerSecond(12'500'000'000));
  for (const char* lie : {"", "Gb/sec", "-1 Gb/sec", "1.25 Gb/sec", "1. Gb/sec",
                          "99999999999999999999 Gb/sec", "0x10 Gb"}) {
    EXPECT_EQ(ParseRdmaRate(lie), std::nullopt) << lie;
  }
}

}  // namespace
}  // namespace acceld::probes
