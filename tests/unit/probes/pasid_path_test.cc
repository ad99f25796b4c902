#include "probes/pasid_path.h"

#include <gtest/gtest.h>
#include <linux/pci_regs.h>

#include <string>
#include <vector>

namespace acceld::probes {
namespace {

PciFunction Function(std::string key, PortType port) {
  PciFunction function;
  function.key = std::move(key);
  function.port = port;
  function.capabilities.extended_known = true;
  function.capabilities.passes_prefixes = true;
  function.capabilities.is_multifunction = false;
  return function;
}

PciFunction Port(std::string key, PortType port, std::uint16_t enabled) {
  PciFunction function = Function(std::move(key), port);
  function.capabilities.acs = {
      PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF, enabled};
  return function;
}

// An endpoint behind a switch, all as it should be.
class PasidPathTest : public ::testing::Test {
 protected:
  PasidPath Find() const {
    const std::vector<const PciFunction*> way = {&device_, &down_, &up_,
                                                 &root_};
    return FindPasidObstacles(way);
  }

  PciFunction device_ = Function("pci:0000:04:00.0", PortType::kEndpoint);
  PciFunction down_ = Port("switch-port:0000:03:02.0",
                           PortType::kDownstreamPort, PCI_ACS_RR | PCI_ACS_UF);
  PciFunction up_ =
      Function("switch-port:0000:02:00.0", PortType::kUpstreamPort);
  PciFunction root_ = Port("root-port:0000:00:01.0", PortType::kRootPort,
                           PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_UF);
};

TEST_F(PasidPathTest, EverythingOn_IsFree) {
  EXPECT_TRUE(Find().obstacles.empty());
  EXPECT_TRUE(Find().is_known);
}

TEST_F(PasidPathTest, PortWithoutRedirect_IsNamedWithItsBits) {
  down_.capabilities.acs->enabled = PCI_ACS_UF;
  EXPECT_EQ(Find().obstacles,
            std::vector<std::string>{"0000:03:02.0 has ACS RR off"});
}

// PCIe Base 6.0, 6.12.1.1: what is not offered is implied.
TEST_F(PasidPathTest, BitThatIsNotOffered_CountsAsOn) {
  root_.capabilities.acs = {PCI_ACS_SV, PCI_ACS_SV};
  EXPECT_TRUE(Find().obstacles.empty());
}

TEST_F(PasidPathTest, PortWithoutAcs_IsNamed) {
  root_.capabilities.acs.reset();
  EXPECT_EQ(Find().obstacles,
            std::vector<std::string>{"0000:00:01.0 has no ACS"});
  root_.capabilities.extended_known = false;
  EXPECT_TRUE(Find().obstacles.empty());
  EXPECT_FALSE(Find().is_known);
}

TEST_F(PasidPathTest, SwitchThatDropsPrefixes_IsNamed) {
  up_.capabilities.passes_prefixes = false;
  EXPECT_EQ(Find().obstacles,
            std::vector<std::string>{
                "0000:02:00.0 passes no end-to-end TLP prefixes"});
}

TEST_F(PasidPathTest, FunctionsOfOneDevice_NeedAcsAmongThem) {
  device_.capabilities.is_multifunction = true;
  EXPECT_EQ(Find().obstacles,
            std::vector<std::string>{"0000:04:00.0 has no ACS"});
}

TEST_F(PasidPathTest, ConventionalBridge_CannotHaveAcs) {
  down_.port = PortType::kPcieToPciBridge;
  EXPECT_EQ(Find().obstacles,
            std::vector<std::string>{
                "0000:03:02.0 (pcie-to-pci-bridge) cannot have ACS"});
}

TEST_F(PasidPathTest, DeviceThatNeedsNoPrefix_IsFree) {
  device_.vendor = 0x19e5;
  device_.device = 0xa250;
  up_.capabilities.passes_prefixes = false;
  EXPECT_TRUE(Find().obstacles.empty());
}

}  // namespace
}  // namespace acceld::probes
