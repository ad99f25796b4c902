// Locality classes and places on one machine with a case for each:
//
//   package:0: numa:0, numa:1        package:1: numa:2
//   numa:0 - host-bridge:0 - root-port:0 - switch-port:up
//                              switch-port:up -> switch-port:down0 -> pci:a
//                              switch-port:up -> switch-port:down1 -> pci:b
//                            root-port:0 - pci:c
//            host-bridge:0 - root-port:1 - pci:d
//   numa:0 - host-bridge:1 - pci:e     numa:1 - host-bridge:2 - pci:f
//   numa:2 - host-bridge:3 - pci:g
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "graph/topology.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

MachineFacts Machine() {
  MachineFacts machine;
  machine.Relation("package:0", "numa:0", RelationKind::kContains);
  machine.Relation("package:0", "numa:1", RelationKind::kContains);
  machine.Relation("package:1", "numa:2", RelationKind::kContains);
  const auto below = [&](const std::string& parent, const std::string& child) {
    const bool on_die = child.starts_with("host-bridge");
    machine.Link(parent, child, on_die ? LinkKind::kOnDie : LinkKind::kPcie, 10,
                 100);
    if (child.starts_with("pci:")) {
      machine.Relation("accelerator:" + child.substr(4), child,
                       RelationKind::kAcceleratorOf);
    }
  };
  below("numa:0", "host-bridge:0");
  below("host-bridge:0", "root-port:0");
  below("root-port:0", "switch-port:up");
  below("switch-port:up", "switch-port:down0");
  below("switch-port:up", "switch-port:down1");
  below("switch-port:down0", "pci:a");
  below("switch-port:down1", "pci:b");
  below("root-port:0", "pci:c");
  below("host-bridge:0", "root-port:1");
  below("root-port:1", "pci:d");
  below("numa:0", "host-bridge:1");
  below("host-bridge:1", "pci:e");
  below("numa:1", "host-bridge:2");
  below("host-bridge:2", "pci:f");
  below("numa:2", "host-bridge:3");
  below("host-bridge:3", "pci:g");
  for (const std::string port : {"switch-port:down0", "switch-port:down1"}) {
    machine.Attribute(port, attr::kPortType, std::string("downstream-port"));
  }
  return machine;
}

Locality Of(const Topology& topology, std::string_view a, std::string_view b) {
  const auto x = topology.Find(a);
  const auto y = topology.Find(b);
  EXPECT_TRUE(x && y) << a << " " << b;
  EXPECT_EQ(topology.LocalityOf(*x, *y), topology.LocalityOf(*y, *x));
  return topology.LocalityOf(*x, *y);
}

std::string KeyOf(const Topology& topology, std::optional<VertexId> id) {
  return id ? topology.vertex(*id).key : "none";
}

TEST(LocalityOf_Accelerators, IsTheNearestCommonPlace) {
  const auto topology = Machine().Build();
  const auto from_a = [&](std::string_view other) {
    return Of(*topology, "accelerator:a", other);
  };
  EXPECT_EQ(from_a("accelerator:a"), Locality::kSameDevice);
  EXPECT_EQ(from_a("accelerator:b"), Locality::kSameSwitch);
  EXPECT_EQ(from_a("accelerator:c"), Locality::kSameRootPort);
  EXPECT_EQ(from_a("accelerator:d"), Locality::kSameHostBridge);
  EXPECT_EQ(from_a("accelerator:e"), Locality::kSameNuma);
  EXPECT_EQ(from_a("accelerator:f"), Locality::kSamePackage);
  EXPECT_EQ(from_a("accelerator:g"), Locality::kCrossPackage);
}

TEST(LocalityOf_PartsOfOneDevice, IsSameDevice) {
  MachineFacts machine = Machine();
  machine.Relation("engine:a0", "accelerator:a", RelationKind::kEngineOf);
  machine.Relation("engine:a1", "accelerator:a", RelationKind::kEngineOf);
  machine.Relation("accelerator:a", "memory:hbm", RelationKind::kSharesMemory);
  machine.Relation("accelerator:g", "memory:hbm", RelationKind::kSharesMemory);
  machine.Relation("pci:vf", "pci:a", RelationKind::kVirtualOf);
  const auto topology = machine.Build();
  for (const std::string other :
       {"accelerator:a", "pci:a", "engine:a1", "memory:hbm", "pci:vf"}) {
    EXPECT_EQ(Of(*topology, "engine:a0", other), Locality::kSameDevice)
        << other;
  }
  EXPECT_EQ(Of(*topology, "memory:hbm", "accelerator:g"),
            Locality::kSameDevice);
  EXPECT_EQ(Of(*topology, "engine:a0", "accelerator:b"), Locality::kSameSwitch);
}

TEST(LocalityOf_Memory, FollowsItsNode) {
  MachineFacts machine = Machine();
  machine.Relation("memory:0", "numa:0", RelationKind::kMemoryOf);
  machine.Relation("memory:1", "numa:1", RelationKind::kMemoryOf);
  const auto topology = machine.Build();
  EXPECT_EQ(Of(*topology, "memory:0", "accelerator:a"), Locality::kSameNuma);
  EXPECT_EQ(Of(*topology, "memory:0", "memory:1"), Locality::kSamePackage);
  EXPECT_EQ(Of(*topology, "memory:1", "numa:2"), Locality::kCrossPackage);
}

TEST(Places_OfADevice, AreThoseItHangsOn) {
  MachineFacts machine = Machine();
  machine.Relation("engine:a0", "accelerator:a", RelationKind::kEngineOf);
  const auto topology = machine.Build();
  const VertexId id = *topology->Find("engine:a0");
  EXPECT_EQ(KeyOf(*topology, topology->FunctionOf(id)), "pci:a");
  EXPECT_EQ(KeyOf(*topology, topology->SwitchOf(id)), "switch-port:up");
  EXPECT_EQ(KeyOf(*topology, topology->RootPortOf(id)), "root-port:0");
  EXPECT_EQ(KeyOf(*topology, topology->HostBridgeOf(id)), "host-bridge:0");
  EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(id)), "numa:0");
  EXPECT_EQ(KeyOf(*topology, topology->PackageOf(id)), "package:0");
}

TEST(Places_OfASharedMemory, AreNoneWhereItsOwnersDisagree) {
  MachineFacts machine = Machine();
  machine.Relation("accelerator:a", "memory:x", RelationKind::kSharesMemory);
  machine.Relation("accelerator:f", "memory:x", RelationKind::kSharesMemory);
  const auto topology = machine.Build();
  const VertexId id = *topology->Find("memory:x");
  EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(id)), "none");
  EXPECT_EQ(KeyOf(*topology, topology->FunctionOf(id)), "none");
  EXPECT_EQ(KeyOf(*topology, topology->PackageOf(id)), "package:0");
}

TEST(Places_WithoutLinks, ComeFromTheStatedNode) {
  MachineFacts machine = Machine();
  machine.Thing("accelerator:x");
  machine.Attribute("accelerator:x", attr::kNumaNode, std::int64_t{2});
  machine.Thing("accelerator:y");
  machine.Attribute("accelerator:y", attr::kNumaNode, std::int64_t{-1});
  const auto topology = machine.Build();
  const VertexId x = *topology->Find("accelerator:x");
  EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(x)), "numa:2");
  EXPECT_EQ(KeyOf(*topology, topology->PackageOf(x)), "package:1");
  const VertexId y = *topology->Find("accelerator:y");
  EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(y)), "none");
}

TEST(Places_OfARootBusBehindAFunction, LeadThroughIt) {
  MachineFacts machine = Machine();
  machine.Link("pci:c", "host-bridge:10000", LinkKind::kOnDie, 10, 10);
  machine.Link("host-bridge:10000", "pci:nvme", LinkKind::kPcie, 10, 10);
  const auto topology = machine.Build();
  const VertexId id = *topology->Find("pci:nvme");
  EXPECT_EQ(KeyOf(*topology, topology->HostBridgeOf(id)), "host-bridge:10000");
  EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(id)), "numa:0");
  EXPECT_EQ(Of(*topology, "pci:nvme", "accelerator:a"),
            Locality::kSameRootPort);
}

TEST(Places_OfPortsInARing, AreWorkedOutAllTheSame) {
  MachineFacts machine = Machine();
  for (const auto& [from, to] : {std::pair("x", "y"), std::pair("y", "z"),
                                 std::pair("z", "x"), std::pair("up", "x")}) {
    machine.Link("switch-port:" + std::string(from),
                 "switch-port:" + std::string(to), LinkKind::kPcie, 1, 1);
  }
  const auto topology = machine.Build();
  const VertexId x = *topology->Find("switch-port:x");
  EXPECT_EQ(KeyOf(*topology, topology->SwitchOf(x)), "switch-port:x");
  EXPECT_EQ(KeyOf(*topology, topology->RootPortOf(x)), "root-port:0");
}

// Whichever of the two has the smaller key.
TEST(LocalityOf_AnEngineOfTwoDevices, IsPartOfNeither) {
  for (const std::string first : {"accelerator:1", "accelerator:9"}) {
    MachineFacts machine;
    machine.Link("engine:0", first, LinkKind::kOnDie, 10, 100);
    machine.Link("engine:0", "accelerator:5", LinkKind::kOnDie, 10, 100);
    const auto topology = machine.Build();
    EXPECT_NE(Of(*topology, "engine:0", first), Locality::kSameDevice);
    EXPECT_NE(Of(*topology, "engine:0", "accelerator:5"),
              Locality::kSameDevice);
  }
}

TEST(LocalityOf_AnEngineOfADeviceAndItsFunction, IsTheDevice) {
  MachineFacts machine;
  machine.Relation("accelerator:0", "pci:0", RelationKind::kAcceleratorOf);
  machine.Link("engine:0", "accelerator:0", LinkKind::kOnDie, 10, 100);
  machine.Link("engine:0", "pci:0", LinkKind::kOnDie, 10, 100);
  const auto topology = machine.Build();
  EXPECT_EQ(Of(*topology, "engine:0", "accelerator:0"), Locality::kSameDevice);
}

// Each says that it lies below the other: neither does, and both stay where
// the rest of the facts has them, whatever their keys.
TEST(PlaceOf_PortsInARing, IsWhatTheOthersSay) {
  for (const std::string below : {"switch-port:1", "switch-port:9"}) {
    const std::string ring = "switch-port:5";
    MachineFacts machine;
    machine.Link("numa:0", ring, LinkKind::kPcie, 10, 100);
    machine.Link(ring, below, LinkKind::kPcie, 10, 100);
    machine.Link(below, ring, LinkKind::kOnDie, 10, 100);
    machine.Link(below, "pci:0", LinkKind::kPcie, 10, 100);
    const auto topology = machine.Build();
    EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(*topology->Find(ring))),
              "numa:0");
    EXPECT_EQ(KeyOf(*topology, topology->NumaNodeOf(*topology->Find(below))),
              "none");
    EXPECT_EQ(KeyOf(*topology, topology->SwitchOf(*topology->Find("pci:0"))),
              below);
  }
}

}  // namespace
}  // namespace acceld::graph
