#include "daemon/device_identity.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/machine_facts.h"

namespace acceld::daemon {
namespace {

using acceld::testing::MachineFacts;

// A work queue of DSA.
std::shared_ptr<const graph::Topology> Machine(const std::string& number,
                                               const std::string& device) {
  MachineFacts machine;
  machine.Thing("pci:0000:6a:01.0")
      .Thing("accelerator:dsa0")
      .Thing("engine:wq0.1")
      .Attribute("pci:0000:6a:01.0", "device", device)
      .Attribute("engine:wq0.1", "device_number", number)
      .Relation("accelerator:dsa0", "pci:0000:6a:01.0",
                RelationKind::kAcceleratorOf)
      .Relation("engine:wq0.1", "accelerator:dsa0", RelationKind::kEngineOf);
  return machine.Build();
}

TEST(DeviceIdentity, SameDevice_IsEqual) {
  EXPECT_EQ(IdentityOf(*Machine("240:1", "0b25"), "engine:wq0.1"),
            IdentityOf(*Machine("240:1", "0b25"), "engine:wq0.1"));
}

TEST(DeviceIdentity, OtherNumberOrOtherCardBelow_IsAnother) {
  const auto was = IdentityOf(*Machine("240:1", "0b25"), "engine:wq0.1");
  EXPECT_NE(IdentityOf(*Machine("240:2", "0b25"), "engine:wq0.1"), was);
  EXPECT_NE(IdentityOf(*Machine("240:1", "0cfe"), "engine:wq0.1"), was);
}

TEST(DeviceIdentity, DeviceThatIsGone_IsAnother) {
  const auto topology = Machine("240:1", "0b25");
  const auto gone = IdentityOf(*topology, "engine:wq9.9");
  EXPECT_TRUE(gone.names.empty());
  EXPECT_NE(gone, IdentityOf(*topology, "engine:wq0.1"));
}

TEST(DeviceIdentity, RemovalOfThePartOrOfAWhole_IsARemoval) {
  const auto device = IdentityOf(*Machine("240:1", "0b25"), "engine:wq0.1");
  EXPECT_TRUE(IsAmong(device, {"wq0.1"}));
  EXPECT_TRUE(IsAmong(device, {"dsa0"}));
  EXPECT_TRUE(IsAmong(device, {"0000:6a:01.0", "x"}));
  EXPECT_FALSE(IsAmong(device, {"wq0.2", "0000:6a:02.0"}));
  EXPECT_FALSE(IsAmong(device, {}));
}

}  // namespace
}  // namespace acceld::daemon
