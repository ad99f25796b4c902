#include "tests/unit/topo/machines.h"

#include <string>
#include <vector>

namespace acceld::testing {
namespace {

constexpr std::int64_t kGi = std::int64_t{1} << 30;

Bytes GiB(std::int64_t count) { return Bytes(count * kGi); }

std::string N(std::int64_t number) { return std::to_string(number); }

// A package with one node of CPUs and memory, and a host bridge on it.
void AddSocket(MachineFacts& facts, std::int64_t index) {
  const std::string package = "package:" + N(index);
  const std::string node = "numa:" + N(index);
  const std::string memory = "memory:" + N(index);
  const std::string bridge = "host-bridge:000" + N(index) + ":00";
  facts.Relation(package, node, RelationKind::kContains)
      .Link(node, memory, LinkKind::kMemoryBus, 200 + index, 80 + index)
      .Relation(memory, node, RelationKind::kMemoryOf)
      .Link(node, bridge, LinkKind::kOnDie, 100, 20)
      .Attribute(package, attr::kName, std::string("CPU type ") + N(index))
      .Attribute(node, attr::kCpus, N(index * 8) + "-" + N(index * 8 + 7))
      .Attribute(memory, attr::kMemoryKind, std::string("ddr"))
      .Attribute(memory, attr::kCapacity, GiB(64 + index));
}

// An accelerator on a function of its own behind a root port.
void AddAccelerator(MachineFacts& facts, std::int64_t socket,
                    const std::string& name) {
  const std::string bus = "000" + N(socket) + ":00";
  const std::string port = "root-port:" + bus + ":01.0";
  const std::string function = "pci:000" + N(socket) + ":3a:00.0";
  const std::string device = "accelerator:" + name;
  facts.Link("host-bridge:" + bus, port, LinkKind::kOnDie, 64, 10)
      .Link(port, function, LinkKind::kPcie, 32 + socket, 250 + socket)
      .Relation(device, function, RelationKind::kAcceleratorOf)
      .Attribute(function, attr::kVendor, std::string("1de5"))
      .Attribute(function, attr::kDevice, "a00" + N(socket))
      .Attribute(function, attr::kClass, std::string("120000"))
      .Attribute(function, attr::kDriver, std::string("shiny"))
      .Attribute(function, attr::kIommuGroup, std::int64_t{12 + socket})
      .Attribute(function, "pasid_capable", true)
      .Attribute(function, attr::kPasidEnabled, true)
      .Attribute(function, attr::kPasidWidth, std::int64_t{20})
      .Attribute(function, "ats_capable", true)
      .Attribute(function, attr::kAtsEnabled, socket == 0)
      .Attribute(device, attr::kFramework, std::string("drm"))
      .Attribute(device, attr::kFunctions,
                 std::vector<std::string>{"compute/gpu", "copy"})
      .Attribute(device, attr::kNodePath, "/dev/dri/" + name)
      .Attribute(device, attr::kGrant, std::string("fd"))
      .Attribute(device, attr::kSva, std::string("possible"));
}

}  // namespace

MachineFacts SharedHbmMachine() {
  MachineFacts facts;
  AddSocket(facts, 0);
  AddSocket(facts, 1);
  AddAccelerator(facts, 0, "renderD128");
  AddAccelerator(facts, 1, "renderD129");
  facts.Link("numa:0", "numa:1", LinkKind::kSocketLink, 40, 130)
      .Link("accelerator:renderD128", "memory:hbm0", LinkKind::kFabric, 900,
            110)
      .Link("accelerator:renderD129", "memory:hbm0", LinkKind::kFabric, 900,
            110)
      .Relation("accelerator:renderD128", "memory:hbm0",
                RelationKind::kSharesMemory)
      .Relation("accelerator:renderD129", "memory:hbm0",
                RelationKind::kSharesMemory)
      .Attribute("memory:hbm0", attr::kMemoryKind, std::string("hbm"))
      .Attribute("memory:hbm0", attr::kCapacity, GiB(96))
      .Relation("pci:0000:3a:00.0", "iommu:dmar0", RelationKind::kTranslatedBy)
      .Attribute("iommu:dmar0", "iommu_kind", std::string("intel"))
      .Attribute("iommu:dmar0", attr::kPasidWidth, std::int64_t{20})
      .Attribute("iommu:dmar0", "nesting", true)
      .Attribute("pci:0000:3a:00.0", "iommu_domain_type",
                 std::string("identity"))
      .Attribute("host-bridge:0001:00", attr::kNumaNode, std::int64_t{1},
                 Evidence::kAssumed)
      .Relation("pci:0001:3a:00.0", "iommu:dmar1", RelationKind::kTranslatedBy);
  return facts;
}

MachineFacts SwitchMachine() {
  MachineFacts facts;
  AddSocket(facts, 0);
  const std::string up = "switch-port:0000:02:00.0";
  facts
      .Link("host-bridge:0000:00", "root-port:0000:00:01.0", LinkKind::kOnDie,
            64, 10)
      .Link("root-port:0000:00:01.0", up, LinkKind::kPcie, 16, 150)
      .Attribute(up, attr::kPortType, std::string("upstream"));
  auto& link = facts.facts().links.back();
  const Provenance from{Evidence::kFirmware, "test"};
  link.attributes = {{"speed", MegaTransfers(8000), from},
                     {"width", Lanes(16), from},
                     {"max_speed", MegaTransfers(16000), from},
                     {"max_width", Lanes(16), from}};
  for (std::int64_t i = 0; i < 8; ++i) {
    const std::string down = "switch-port:0000:03:0" + N(i) + ".0";
    const std::string function =
        std::string("pci:0000:0") + "456789ab"[i] + ":00.0";
    const std::string device = "accelerator:qat" + N(i);
    facts.Link(up, down, LinkKind::kPcie, 16, 50)
        .Attribute(down, attr::kPortType, std::string("downstream"))
        .Link(down, function, LinkKind::kPcie, 8, 120)
        .Attribute(function, attr::kClass,
                   std::string(i == 7 ? "010802" : "0b4000"))
        .Attribute(function, attr::kIommuGroup,
                   std::int64_t{i == 6 ? 25 : 20 + i});
    if (i == 7) continue;
    facts.Relation(device, function, RelationKind::kAcceleratorOf)
        .Attribute(device, attr::kFramework, std::string("uacce"))
        .Attribute(device, attr::kNodePath, "/dev/qat" + N(i))
        .Attribute(device, attr::kInstances, std::int64_t{16})
        .Attribute(device, attr::kFunctions,
                   std::vector<std::string>{"compress/deflate"});
  }
  facts.facts().faults.push_back({ErrorCode::kPermissionDenied,
                                  "/sys/firmware/acpi/tables/HMAT",
                                  "Permission denied"});
  for (int i = 0; i < 6; ++i) {
    facts.facts().faults.push_back({ErrorCode::kCorruptInput,
                                    "/sys/class/uacce/bad" + N(i),
                                    "line\nbreak\x1b[31m"});
  }
  return facts;
}

MachineFacts MemoryOnlyMachine() {
  MachineFacts facts;
  AddSocket(facts, 0);
  AddSocket(facts, 1);
  facts.Link("numa:0", "numa:1", LinkKind::kSocketLink, 40, 130)
      .Relation("memory:2", "numa:2", RelationKind::kMemoryOf)
      .Link("numa:2", "memory:2", LinkKind::kMemoryBus, 30, 10)
      .Link("numa:1", "numa:2", LinkKind::kCxl, 28, 170)
      .Attribute("memory:2", attr::kMemoryKind, std::string("cxl"))
      .Attribute("memory:2", attr::kCapacity, GiB(256));
  const Provenance hmat{Evidence::kFirmware, "HMAT"};
  std::int64_t latency = 410;
  for (const char* node : {"numa:0", "numa:1"}) {
    facts.Relation(node, "memory:2", RelationKind::kAccess);
    facts.facts().relations.back().attributes = {
        {"read_latency", Nanoseconds(latency), hmat},
        {"read_bandwidth", BytesPerSecond(latency * 70'000'000), hmat}};
    latency -= 160;
  }
  return facts;
}

MachineFacts MeshMachine() {
  MachineFacts facts;
  for (std::int64_t i = 0; i < 4; ++i) {
    AddSocket(facts, i);
    AddAccelerator(facts, i, "renderD13" + N(i));
    facts.Link("accelerator:renderD13" + N(i), "fabric-hub:nvswitch0",
               LinkKind::kFabric, 450, 300);
    for (std::int64_t j = 0; j < i; ++j) {
      facts.Link("numa:" + N(j), "numa:" + N(i), LinkKind::kSocketLink, 30,
                 140);
    }
  }
  return facts;
}

}  // namespace acceld::testing
