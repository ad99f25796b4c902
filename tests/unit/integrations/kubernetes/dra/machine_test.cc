#include "integrations/kubernetes/dra/machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/integrations/kubernetes/dra/described_machine.h"

namespace acceld::dra {
namespace {

std::vector<std::string> KeysOf(const Machine& machine) {
  std::vector<std::string> keys;
  for (const MachineDevice& device : machine.devices()) {
    keys.push_back(device.key());
  }
  return keys;
}

MachineDevice DeviceOf(const Machine& machine, const std::string& key) {
  for (const MachineDevice& device : machine.devices()) {
    if (device.key() == key) return device;
  }
  ADD_FAILURE() << key;
  return MachineDevice("", {}, {});
}

TEST(Machine, EnginesStandForTheirAccelerator) {
  const Machine machine = DescribedMachine("dsa-gpu-2s");
  EXPECT_EQ(KeysOf(machine),
            (std::vector<std::string>{"accelerator:renderD128", "engine:wq0.0",
                                      "engine:wq0.1", "engine:wq1.0",
                                      "engine:wq2.0", "engine:wq4.0",
                                      "engine:wq4.1", "engine:wq5.0"}));
}

TEST(Machine, AnEngine_HasWhatItsAcceleratorAndFunctionHave) {
  const Machine machine = DescribedMachine("dsa-gpu-2s");
  const MachineDevice queue = DeviceOf(machine, "engine:wq0.1");
  EXPECT_EQ(queue.short_name(), "wq0.1");
  EXPECT_EQ(queue.String("framework"), "idxd");  // the accelerator's
  EXPECT_EQ(queue.Integer("iommu_group"), 30);   // the function's
  EXPECT_EQ(queue.Integer("instances"), 1);      // its own
  EXPECT_EQ(queue.String("place_function"), "pci:0000:6a:01.0");
  EXPECT_EQ(
      queue.Strings("functions"),
      (std::vector<std::string>{"checksum/crc32c", "compare", "copy", "fill"}));
  EXPECT_EQ(queue.Health(), "ok");
  EXPECT_FALSE(queue.String("iommu_group"));
  EXPECT_FALSE(queue.Get("nothing"));
}

TEST(Machine, DevicesOfAFabric_HaveOneName) {
  const Machine machine = DescribedMachine("nvswitch-8gpu");
  std::vector<std::string> fabrics;
  for (const MachineDevice& device : machine.devices()) {
    if (device.fabric()) fabrics.push_back(*device.fabric());
  }
  EXPECT_GE(fabrics.size(), 8U);
  EXPECT_EQ(std::count(fabrics.begin(), fabrics.end(), fabrics.front()),
            static_cast<std::ptrdiff_t>(fabrics.size()));
}

constexpr char kOdd[] = R"({"format": "acceld-machine", "version": 1,
  "entities": [
    {"key": "accelerator:a", "kind": "accelerator",
     "attributes": {"functions": ["copy"], "health": "degraded"}},
    {"key": "accelerator:none", "kind": "accelerator",
     "attributes": {"functions": ["copy"], "grant": "none"}},
    {"key": "accelerator:off", "kind": "accelerator",
     "attributes": {"functions": ["copy"], "instances": 0}},
    {"key": "accelerator:idle", "kind": "accelerator"},
    {"key": "nic:n", "kind": "nic", "attributes": {"functions": [7]}},
    {"key": "pci:p", "kind": "pci", "attributes": {"health": "failed"}},
    {"kind": 7}, "text"],
  "relations": [
    {"from": "accelerator:a", "to": "pci:p", "kind": "accelerator-of"},
    {"from": "accelerator:a", "to": "pci:nowhere", "kind": "accelerator-of"},
    {"from": "engine:ghost", "to": "accelerator:ghost", "kind": "engine-of"}],
  "links": [{"from": "accelerator:a", "to": "accelerator:a",
             "kind": "fabric"}]})";

TEST(Machine, OnlyWhatCanBeLeased_IsListed) {
  const Machine machine = MachineOf(kOdd);
  EXPECT_EQ(KeysOf(machine), std::vector<std::string>{"accelerator:a"});
}

TEST(Machine, TheWorstHealthOfItsParts_IsADevices) {
  EXPECT_EQ(MachineOf(kOdd).devices().front().Health(), "failed");
}

TEST(Machine, TextThatIsNone_IsRefused) {
  for (const char* text : {"", "[]", "{}", "{\"format\": 1}", "{\"format\"",
                           R"({"format": "another"})"}) {
    const auto machine = Machine::Parse(text);
    ASSERT_FALSE(machine) << text;
    EXPECT_EQ(machine.error().code, ErrorCode::kCorruptInput) << text;
  }
}

}  // namespace
}  // namespace acceld::dra
