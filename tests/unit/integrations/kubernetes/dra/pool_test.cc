#include "integrations/kubernetes/dra/pool.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "integrations/kubernetes/dra/device_document.h"
#include "tests/support/json_schema.h"
#include "tests/unit/integrations/kubernetes/dra/described_machine.h"

namespace acceld::dra {
namespace {

using acceld::testing::JsonSchema;

const NodeIdentity kNode{"worker-3", "5d0a7a5e-0001"};
constexpr char kSchema[] =
    "tests/fixtures/kubernetes/resourceslice-v1.schema.json";
constexpr char kBetaSchema[] =
    "tests/fixtures/kubernetes/resourceslice-v1beta1.schema.json";

Release Of(const char* version, int minor) { return {version, minor}; }

std::vector<Document> SlicesOf(const Machine& machine, const Release& release) {
  const Pool pool = BuildPool(machine, release);
  std::vector<Document> slices;
  for (std::size_t i = 0; i < pool.parts.size(); ++i) {
    slices.push_back(SliceObject(pool, i, kNode, 7, release));
  }
  return slices;
}

const Document::Array& DevicesOf(const Document& slice) {
  static const Document::Array kNone;
  const Document* devices = slice.Find("spec")->Find("devices");
  return devices == nullptr ? kNone : *devices->AsArray();
}

const Document* AttributeOf(const Document& device, const std::string& name) {
  const Document* attribute = device.Find("attributes")->Find(name);
  return attribute == nullptr ? nullptr
                              : &attribute->AsObject()->front().second;
}

Document DeviceOf(const Machine& machine, const std::string& name,
                  const Release& release = Of("v1", 36)) {
  for (const Document& slice : SlicesOf(machine, release)) {
    for (const Document& device : DevicesOf(slice)) {
      if (*device.Find("name")->AsString() == name) return device;
    }
  }
  ADD_FAILURE() << name;
  return Document::Object{{"attributes", Document::Object{}}};
}

// A machine of `count` accelerators, each with `more` attributes.
Machine Row(int count, const std::string& more) {
  std::string text = R"({"format": "acceld-machine", "entities": [)";
  for (int i = 0; i < count; ++i) {
    text += R"({"key": "accelerator:a)" + std::to_string(1000 + i) +
            R"(", "kind": "accelerator",
               "attributes": {"functions": ["copy"])" +
            more + "}},";
  }
  text.back() = ']';
  return MachineOf(text + "}");
}

// What the schema cannot say.
void ExpectWithinLimits(const Document& slice) {
  const Document::Array& devices = DevicesOf(slice);
  bool advanced = false;
  for (const Document& device : devices) {
    std::size_t size = device.Find("attributes")->AsObject()->size();
    const Document* capacity = device.Find("capacity");
    if (capacity != nullptr) size += capacity->AsObject()->size();
    EXPECT_LE(size, 32U);
    advanced = advanced || device.Find("taints") != nullptr ||
               device.Find("consumesCounters") != nullptr;
  }
  EXPECT_LE(devices.size(), advanced ? 64U : 128U);
}

class DescribedPool : public ::testing::TestWithParam<const char*> {};

TEST_P(DescribedPool, Slices_AreWhatTheApiTakes) {
  const JsonSchema schema(kSchema);
  const Machine machine = DescribedMachine(GetParam());
  for (const Release& release :
       {Of("v1", 34), Of("v1", 36), Of("v1", 37), Of("v1beta2", 33)}) {
    for (const Document& slice : SlicesOf(machine, release)) {
      const std::string text = PrintJson(slice);
      EXPECT_TRUE(schema.Accepts(text)) << text;
      ExpectWithinLimits(slice);
    }
  }
  const JsonSchema beta(kBetaSchema);
  for (const Document& slice : SlicesOf(machine, Of("v1beta1", 32))) {
    EXPECT_TRUE(beta.Accepts(PrintJson(slice))) << PrintJson(slice);
  }
}

TEST_P(DescribedPool, TheSameMachine_GivesTheSameSlices) {
  const std::string text = DescribedText(GetParam());
  EXPECT_EQ(SlicesOf(MachineOf(text), Of("v1", 36)),
            SlicesOf(MachineOf(text), Of("v1", 36)));
}

INSTANTIATE_TEST_SUITE_P(Hosts, DescribedPool,
                         ::testing::Values("cxl-storage-2s", "dgx-1v",
                                           "dsa-gpu-2s", "grace-hopper-like",
                                           "nvswitch-8gpu", "shared-hbm"));

// Else the tests above would say nothing.
TEST(Pool, TheSchema_RefusesWhatTheApiDoesNotHave) {
  const JsonSchema schema(kSchema);
  const Document slice =
      SlicesOf(DescribedMachine("dgx-1v"), Of("v1", 36)).front();
  const std::string text = PrintJson(slice);
  ASSERT_TRUE(schema.Accepts(text));
  auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  for (const auto& [from, to] :
       {std::pair{R"("nodeName")", R"("nodename")"},
        std::pair{R"("string")", R"("text")"},
        std::pair{R"("name":"pci-)", R"("name":"pci:)"},
        std::pair{"acceld.org/key", "acceld.org/the key"},
        std::pair{R"("capacity")", R"("capacities")"},
        std::pair{R"("generation":7)", R"("generation":"7")"}}) {
    EXPECT_FALSE(schema.Accepts(with(from, to))) << to;
  }
}

TEST(Pool, APciDevice_HasTheStandardAttributes) {
  const Machine machine = DescribedMachine("dsa-gpu-2s");
  const Document gpu = DeviceOf(machine, "pci-0000-3e-00-0-drm");
  EXPECT_EQ(*AttributeOf(gpu, "resource.kubernetes.io/pcieRoot"),
            Document("pci0000:3d"));
  EXPECT_EQ(*AttributeOf(gpu, "resource.kubernetes.io/pciBusID"),
            Document("0000:3e:00.0"));
  EXPECT_EQ(AttributeOf(gpu, "resource.kubernetes.io/numaNode"), nullptr);
  const Document later =
      DeviceOf(machine, "pci-0000-3e-00-0-drm", Of("v1", 37));
  EXPECT_EQ(*AttributeOf(later, "resource.kubernetes.io/numaNode"),
            Document(0));
}

TEST(Pool, OwnAttributes_SayWhatItIsAndWhereItHangs) {
  const Document gpu =
      DeviceOf(DescribedMachine("dsa-gpu-2s"), "pci-0000-3e-00-0-drm");
  EXPECT_EQ(*AttributeOf(gpu, "acceld.org/rootPort"),
            Document("root-port:0000:3d:01.0"));
  EXPECT_EQ(*AttributeOf(gpu, "acceld.org/package"), Document("package:0"));
  EXPECT_EQ(*AttributeOf(gpu, "acceld.org/iommuGroup"), Document(40));
  EXPECT_EQ(*AttributeOf(gpu, "acceld.org/vendor"), Document("8086"));
  EXPECT_EQ(*AttributeOf(gpu, "functions.acceld.org/compute_gpu"),
            Document(true));
  EXPECT_EQ(AttributeOf(gpu, "acceld.org/switch"), nullptr);
}

TEST(Pool, DevicesBelowOneSwitch_HaveTheSameSwitch) {
  std::map<std::string, int> switches;
  for (const Document& slice :
       SlicesOf(DescribedMachine("nvswitch-8gpu"), Of("v1", 36))) {
    for (const Document& device : DevicesOf(slice)) {
      const Document* place = AttributeOf(device, "acceld.org/switch");
      if (place != nullptr) ++switches[*place->AsString()];
    }
  }
  ASSERT_FALSE(switches.empty());
  for (const auto& [name, count] : switches) EXPECT_GE(count, 2) << name;
}

TEST(Pool, ASharedDevice_IsAllocatedByInstances) {
  const Document gpu =
      DeviceOf(DescribedMachine("dsa-gpu-2s"), "pci-0000-3e-00-0-drm");
  EXPECT_EQ(*gpu.Find("allowMultipleAllocations"), Document(true));
  const Document& capacity = *gpu.Find("capacity");
  EXPECT_EQ(*capacity.Find("acceld.org/memory")->Find("value"),
            Document("17179869184"));
  EXPECT_EQ(PrintJson(*capacity.Find("acceld.org/instances")),
            R"({"value":"64","requestPolicy":{"default":"64",)"
            R"("validRange":{"min":"1"}}})");
}

TEST(Pool, ADedicatedQueue_IsAllocatedOnce) {
  const Document queue =
      DeviceOf(DescribedMachine("dsa-gpu-2s"), "pci-0000-6a-01-0-wq0-1");
  EXPECT_EQ(queue.Find("allowMultipleAllocations"), nullptr);
  EXPECT_EQ(PrintJson(*queue.Find("capacity")->Find("acceld.org/instances")),
            R"({"value":"1"})");
}

TEST(Pool, Pasids_AreCountersOfWhateverIsAsWideOrWider) {
  const Machine machine = MachineOf(R"({"format": "acceld-machine",
    "entities": [
      {"key": "accelerator:narrow", "kind": "accelerator", "attributes":
        {"functions": ["copy"], "sva": "possible", "pasid_width": 8}},
      {"key": "accelerator:wide", "kind": "accelerator", "attributes":
        {"functions": ["copy"], "sva": "proven", "pasid_width": 20}},
      {"key": "accelerator:without", "kind": "accelerator", "attributes":
        {"functions": ["copy"], "sva": "no", "pasid_width": 16}}]})");
  const auto slices = SlicesOf(machine, Of("v1", 36));
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(PrintJson(*slices[0].Find("spec")->Find("sharedCounters")),
            R"([{"name":"pasids","counters":{"width-8":{"value":"255"},)"
            R"("width-20":{"value":"1048575"}}}])");
  EXPECT_EQ(PrintJson(*DeviceOf(machine, "narrow").Find("consumesCounters")),
            R"([{"counterSet":"pasids","counters":{"width-8":{"value":"1"},)"
            R"("width-20":{"value":"1"}}}])");
  EXPECT_EQ(PrintJson(*DeviceOf(machine, "wide").Find("consumesCounters")),
            R"([{"counterSet":"pasids","counters":{"width-20":)"
            R"({"value":"1"}}}])");
  EXPECT_EQ(DeviceOf(machine, "without").Find("consumesCounters"), nullptr);
  EXPECT_EQ(SlicesOf(machine, Of("v1", 34)).size(), 1U);
}

TEST(Pool, FailedAndTaintedDevices_TakeNoNewPods) {
  const Machine failed = Row(1, R"(, "health": "failed")");
  EXPECT_EQ(PrintJson(*DeviceOf(failed, "a1000").Find("taints")),
            R"([{"key":"acceld.org/health","value":"failed",)"
            R"("effect":"NoSchedule"}])");
  const Machine refused = Row(1, R"(, "taint": "refuse: new fan")");
  EXPECT_EQ(PrintJson(*DeviceOf(refused, "a1000").Find("taints")),
            R"([{"key":"acceld.org/taint","value":"new-fan",)"
            R"("effect":"NoSchedule"}])");
}

TEST(Pool, WhereTaintsAreNotKnown_DevicesOutOfUseAreNotPublished) {
  for (const char* more :
       {R"(, "health": "failed")", R"(, "taint": "refuse: new fan")"}) {
    const Pool pool = BuildPool(Row(2, more), Of("v1", 35));
    ASSERT_EQ(pool.parts.size(), 1U);
    EXPECT_TRUE(pool.parts.front().Find("devices")->AsArray()->empty());
    EXPECT_NE(Find(pool, "a1000"), nullptr);  // for claims that have it
  }
}

TEST(Pool, WhatStillServes_IsMarkedWithoutEffectWhereThatIsKnown) {
  const Machine machine =
      Row(1, R"(, "health": "degraded", "taint": "avoid: slow")");
  EXPECT_EQ(DeviceOf(machine, "a1000", Of("v1", 36))
                .Find("taints")
                ->AsArray()
                ->size(),
            2U);
  EXPECT_EQ(DeviceOf(machine, "a1000", Of("v1", 35)).Find("taints"), nullptr);
  EXPECT_EQ(*AttributeOf(DeviceOf(machine, "a1000"), "acceld.org/health"),
            Document("degraded"));
}

std::vector<std::size_t> SizesOf(const Machine& machine) {
  std::vector<std::size_t> sizes;
  for (const Document& slice : SlicesOf(machine, Of("v1", 36))) {
    sizes.push_back(DevicesOf(slice).size());
    ExpectWithinLimits(slice);
  }
  return sizes;
}

TEST(Pool, ManyDevices_AreSplit) {
  EXPECT_EQ(SizesOf(Row(128, "")), std::vector<std::size_t>{128});
  EXPECT_EQ(SizesOf(Row(129, "")), (std::vector<std::size_t>{128, 1}));
  EXPECT_EQ(SizesOf(Row(129, R"(, "health": "failed")")),
            (std::vector<std::size_t>{64, 64, 1}));
}

TEST(Pool, AllSlices_HaveOneGenerationAndCount) {
  for (const Document& slice : SlicesOf(Row(300, ""), Of("v1", 36))) {
    const Document& pool = *slice.Find("spec")->Find("pool");
    EXPECT_EQ(*pool.Find("generation"), Document(7));
    EXPECT_EQ(*pool.Find("resourceSliceCount"), Document(3));
    EXPECT_EQ(*pool.Find("name"), Document("worker-3"));
  }
}

TEST(Pool, WithoutDevices_ThereIsOneSlice) {
  const auto slices =
      SlicesOf(MachineOf(R"({"format": "acceld-machine"})"), Of("v1", 36));
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_TRUE(DevicesOf(slices.front()).empty());
}

TEST(Pool, TooManyFunctions_LeaveTheLastOut) {
  std::string functions;
  for (int i = 100; i < 160; ++i) {
    functions += R"(, "f)" + std::to_string(i) + '"';
  }
  const Machine machine = MachineOf(
      R"({"format": "acceld-machine", "entities": [{"key": "accelerator:a",
          "kind": "accelerator", "attributes": {"memory": "1GiB",
          "functions": ["f099")" +
      functions + "]}}]}");
  const Document device = DeviceOf(machine, "a");
  EXPECT_NE(AttributeOf(device, "functions.acceld.org/f099"), nullptr);
  EXPECT_EQ(AttributeOf(device, "functions.acceld.org/f159"), nullptr);
  EXPECT_EQ(device.Find("attributes")->AsObject()->size(), 31U);
}

TEST(Pool, ADevice_IsFoundByItsName) {
  const Pool pool = BuildPool(DescribedMachine("dsa-gpu-2s"), Of("v1", 36));
  const PoolDevice* queue = Find(pool, "pci-0000-6a-01-0-wq0-1");
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->key, "engine:wq0.1");
  EXPECT_EQ(queue->shares, 1);
  EXPECT_EQ(Find(pool, "pci-0000-6a-01-0"), nullptr);
}

TEST(SliceName, ALongNodeName_IsCut) {
  EXPECT_EQ(SliceName("worker-3", 1), "worker-3-acceld.org-1");
  EXPECT_LE(SliceName(std::string(253, 'n'), 31).size(), 253U);
}

}  // namespace
}  // namespace acceld::dra
