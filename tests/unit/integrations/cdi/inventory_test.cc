#include "integrations/cdi/inventory.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/json.h"

namespace acceld::cdi {
namespace {

// /dev/null, /dev/zero and /dev/full are devices that every Linux has.
constexpr std::string_view kMachine = R"({
  "format": "acceld-machine", "version": 1,
  "entities": [
    {"key": "pci:0000:03:00.0", "kind": "pci",
     "attributes": {"address": "0000:03:00.0", "numa_node": 1}},
    {"key": "accelerator:renderD128", "kind": "accelerator",
     "attributes": {"framework": {"value": "drm", "evidence": "firmware"},
                    "node": "/dev/null", "device_number": "1:3"}},
    {"key": "accelerator:renderD129", "kind": "accelerator",
     "attributes": {"framework": "drm", "node": "/dev/zero",
                    "device_number": "9:9"}},
    {"key": "storage:renderD128", "kind": "storage",
     "attributes": {"framework": "drm", "node": "/dev/null",
                    "device_number": "1:3"}},
    {"key": "accelerator:dsa0", "kind": "accelerator",
     "attributes": {"framework": "idxd"}},
    {"key": "engine:wq0.1", "kind": "engine",
     "attributes": {"node": "/dev/full", "device_number": "1:7"}},
    {"key": "engine:wq0.2", "kind": "engine",
     "attributes": {"node": "/dev/full", "device_number": "1:7",
                    "instances": 0}},
    {"key": "storage:nvme0", "kind": "storage",
     "attributes": {"framework": "nvme", "grant": "none",
                    "node": "/dev/full", "device_number": "1:7"}},
    {"key": "accelerator:vfio-1", "kind": "accelerator",
     "attributes": {"framework": "vfio", "node": "/dev/full",
                    "device_number": "1:7"}},
    {"key": "accelerator:soft0-copy", "kind": "accelerator",
     "attributes": {"framework": "soft"}}],
  "relations": [
    {"from": "accelerator:renderD128", "to": "pci:0000:03:00.0",
     "kind": "accelerator-of"},
    {"from": "engine:wq0.1", "to": "accelerator:dsa0", "kind": "engine-of"},
    {"from": "engine:wq0.2", "to": "accelerator:dsa0", "kind": "engine-of"}]})";

Inventory Read() {
  const auto machine = ParseJson(kMachine);
  EXPECT_TRUE(machine) << machine.error().message;
  auto inventory = InventoryOf(*machine);
  EXPECT_TRUE(inventory) << inventory.error().message;
  return inventory.value_or(Inventory());
}

TEST(CdiInventory, OfAMachine_IsASpecForEachFramework) {
  const Inventory inventory = Read();
  ASSERT_EQ(inventory.specs.size(), 2U);
  EXPECT_EQ(inventory.specs[0].kind, "acceld.org/drm");
  EXPECT_EQ(inventory.specs[1].kind, "acceld.org/idxd");
  for (const Spec& spec : inventory.specs) {
    EXPECT_TRUE(PrintSpec(spec));
    ASSERT_EQ(spec.devices.size(), 1U);
  }
  EXPECT_EQ(inventory.specs[0].devices[0].name, "renderD128");
  EXPECT_EQ(inventory.specs[1].devices[0].name, "wq0.1");
}

TEST(CdiInventory, OfADevice_SaysWhereItIs) {
  const Inventory inventory = Read();
  ASSERT_EQ(inventory.specs.size(), 2U);
  const Edits& edits = inventory.specs[0].devices[0].edits;
  ASSERT_EQ(edits.env.size(), 1U);
  EXPECT_EQ(edits.env[0].first, "ACCELD_DEVICE_RENDERD128");
  EXPECT_EQ(edits.env[0].second,
            "accelerator:renderD128 pci=0000:03:00.0 numa=1");
  ASSERT_EQ(edits.nodes.size(), 1U);
  EXPECT_EQ(edits.nodes[0].path, "/dev/null");
}

TEST(CdiInventory, NodeThatIsAnotherDevice_IsLeftOutWithTheReason) {
  const Inventory inventory = Read();
  ASSERT_EQ(inventory.left_out.size(), 2U);
  EXPECT_TRUE(inventory.left_out[0].starts_with("accelerator:renderD129: "))
      << inventory.left_out[0];
}

TEST(CdiInventory, NameThatIsTaken_IsLeftOutWithTheReason) {
  const Inventory inventory = Read();
  ASSERT_EQ(inventory.left_out.size(), 2U);
  EXPECT_EQ(inventory.left_out[1],
            "storage:renderD128: another is called renderD128");
}

TEST(CdiInventory, OfNoMachine_IsAFault) {
  const auto inventory = InventoryOf(Document("text"));
  ASSERT_FALSE(inventory);
  EXPECT_EQ(inventory.error().code, ErrorCode::kCorruptInput);
}

}  // namespace
}  // namespace acceld::cdi
