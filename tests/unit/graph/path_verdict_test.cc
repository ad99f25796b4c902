#include "graph/path_verdict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "graph/link_width.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

constexpr const char* kGpu = "pci:0000:04:00.0";
constexpr const char* kNic = "pci:0000:05:00.0";
constexpr const char* kFar = "pci:0000:06:00.0";    // another root port
constexpr const char* kOther = "pci:0001:02:00.0";  // another host bridge
constexpr const char* kDown4 = "switch-port:0000:03:04.0";
constexpr const char* kDown5 = "switch-port:0000:03:05.0";
constexpr const char* kUp = "switch-port:0000:02:00.0";
constexpr const char* kRoot = "root-port:0000:00:01.0";
constexpr const char* kRoot2 = "root-port:0000:00:02.0";
constexpr const char* kRoot3 = "root-port:0001:00:01.0";

// Two host bridges on two nodes; below the first a switch with a GPU and a NIC,
// and a device at a root port of its own. No ACS anywhere.
MachineFacts Machine() {
  MachineFacts machine;
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 40, 130);
  machine.Relation("package:0", "numa:0", RelationKind::kContains);
  machine.Relation("package:1", "numa:1", RelationKind::kContains);
  machine.Link("numa:0", "host-bridge:0000:00", LinkKind::kOnDie, 200, 20);
  machine.Link("numa:1", "host-bridge:0001:00", LinkKind::kOnDie, 200, 20);
  machine.Link("host-bridge:0000:00", kRoot, LinkKind::kOnDie, 64, 10);
  machine.Link(kRoot, kUp, LinkKind::kPcie, 32, 150);
  for (const auto& [port, device] :
       {std::pair{kDown4, kGpu}, std::pair{kDown5, kNic}}) {
    machine.Link(kUp, port, LinkKind::kOnDie, 64, 10);
    machine.Link(port, device, LinkKind::kPcie, 16, 150);
    machine.Attribute(port, attr::kPortType, std::string("downstream-port"));
  }
  machine.Attribute(kUp, attr::kPortType, std::string("upstream-port"));
  machine.Link("host-bridge:0000:00", kRoot2, LinkKind::kOnDie, 64, 10);
  machine.Link(kRoot2, kFar, LinkKind::kPcie, 8, 150);
  machine.Link("host-bridge:0001:00", kRoot3, LinkKind::kOnDie, 64, 10);
  machine.Link(kRoot3, kOther, LinkKind::kPcie, 8, 150);
  for (const char* port : {kRoot, kRoot2, kRoot3, kDown4, kDown5}) {
    machine.Attribute(port, "acs", std::string("none"));
  }
  machine.Attribute(kGpu, attr::kClass, std::string("030200"));
  return machine;
}

void SetAcs(MachineFacts& machine, const char* port, std::string enabled) {
  machine.facts().attributes.push_back(
      {port,
       {"acs_enabled", std::move(enabled), {Evidence::kFirmware, "config"}}});
  for (probes::AttributeFact& fact : machine.facts().attributes) {
    if (fact.key == port && fact.attribute.name == "acs") {
      fact.attribute.value = std::string("SV RR CR UF");
    }
  }
}

PathVerdict Judge(const MachineFacts& machine, const std::string& from,
                  const std::string& to) {
  // The verdict points into the topology.
  static std::vector<std::shared_ptr<const Topology>> kept;
  kept.push_back(machine.Build());
  const Topology& topology = *kept.back();
  return JudgePath(topology, *topology.Find(from), *topology.Find(to));
}

PeerReason ReasonOf(const PathVerdict& verdict) {
  return verdict.findings.at(0).reason;
}

bool Holds(const PathVerdict& verdict, PeerReason reason) {
  return std::any_of(
      verdict.findings.begin(), verdict.findings.end(),
      [reason](const PeerFinding& one) { return one.reason == reason; });
}

TEST(PathVerdict_BelowOneSwitch, IsDirect) {
  const PathVerdict verdict = Judge(Machine(), kGpu, kNic);
  EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kPossible);
  EXPECT_EQ(ReasonOf(verdict), PeerReason::kDirect);
  EXPECT_EQ(verdict.locality, Locality::kSameSwitch);
  EXPECT_EQ(verdict.acs.size(), 2U);
  EXPECT_FALSE(verdict.acs[0].redirects);
}

TEST(PathVerdict_RedirectAtThePort, GoesToTheRootComplex) {
  MachineFacts machine = Machine();
  SetAcs(machine, kDown5, "SV RR CR UF");
  const PathVerdict verdict = Judge(machine, kGpu, kNic);
  EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kUnknown);
  EXPECT_EQ(ReasonOf(verdict), PeerReason::kRootNotListed);
  EXPECT_TRUE(Holds(verdict, PeerReason::kRedirected));
  ASSERT_EQ(verdict.acs.size(), 2U);
  EXPECT_FALSE(verdict.acs[0].redirects);
  EXPECT_TRUE(verdict.acs[1].redirects);
  EXPECT_EQ(verdict.acs[1].from.source, "config");
}

TEST(PathVerdict_SourceValidationAlone, RedirectsNothing) {
  MachineFacts machine = Machine();
  SetAcs(machine, kDown5, "SV UF");
  EXPECT_EQ(ReasonOf(Judge(machine, kGpu, kNic)), PeerReason::kDirect);
}

TEST(PathVerdict_UnreadablePort, IsUnknown) {
  MachineFacts machine = Machine();
  std::erase_if(machine.facts().attributes, [](const auto& fact) {
    return fact.key == kDown4 && fact.attribute.name == "acs";
  });
  const PathVerdict verdict = Judge(machine, kGpu, kNic);
  EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kUnknown);
  EXPECT_EQ(ReasonOf(verdict), PeerReason::kAcsUnknown);
}

TEST(PathVerdict_SwitchDescribedAsOneVertex, IsUnknown) {
  MachineFacts machine;
  machine.Link("root-port:0000:00:01.0", kUp, LinkKind::kPcie, 32, 150);
  machine.Link(kUp, kGpu, LinkKind::kPcie, 16, 150);
  machine.Link(kUp, kNic, LinkKind::kPcie, 16, 150);
  EXPECT_EQ(ReasonOf(Judge(machine, kGpu, kNic)), PeerReason::kAcsUnknown);
  machine.Attribute(kUp, "acs", std::string("none"));
  EXPECT_EQ(ReasonOf(Judge(machine, kGpu, kNic)), PeerReason::kDirect);
}

TEST(PathVerdict_ThroughTheRootComplex, DependsOnTheHostBridge) {
  const PathVerdict verdict = Judge(Machine(), kGpu, kFar);
  EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kUnknown);
  EXPECT_EQ(ReasonOf(verdict), PeerReason::kRootNotListed);
}

TEST(PathVerdict_ListedRootComplex, IsPossible) {
  MachineFacts machine = Machine();
  machine.Attribute("package:0", attr::kName, std::string("AMD EPYC 9654"));
  EXPECT_EQ(Judge(machine, kGpu, kFar).peer_to_peer, PeerToPeer::kPossible);
  // Of the other package nothing is known.
  EXPECT_EQ(Judge(machine, kGpu, kOther).peer_to_peer, PeerToPeer::kImpossible);

  MachineFacts within = Machine();
  within.Attribute(kRoot, attr::kVendor, std::string("8086"))
      .Attribute(kRoot, attr::kDevice, std::string("2f00"))
      .Attribute(kRoot3, attr::kVendor, std::string("8086"))
      .Attribute(kRoot3, attr::kDevice, std::string("2f00"));
  const PathVerdict listed = Judge(within, kGpu, kFar);
  EXPECT_EQ(listed.peer_to_peer, PeerToPeer::kPossible);
  EXPECT_EQ(ReasonOf(listed), PeerReason::kRootListed);
  // That one routes between the root ports of one host bridge only.
  EXPECT_EQ(Judge(within, kGpu, kOther).peer_to_peer, PeerToPeer::kImpossible);
}

TEST(PathVerdict_AcrossHostBridges, IsAssumedNot) {
  const PathVerdict verdict = Judge(Machine(), kGpu, kOther);
  EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kImpossible);
  EXPECT_EQ(ReasonOf(verdict), PeerReason::kAcrossHostBridges);
  EXPECT_EQ(verdict.findings[0].from.evidence, Evidence::kAssumed);
}

TEST(PathVerdict_Fabric, JoinsWhateverThePciBusDoes) {
  MachineFacts machine = Machine();
  for (const auto& [device, function] :
       {std::pair{"accelerator:gpu0", kGpu}, {"accelerator:gpu1", kOther}}) {
    machine.Relation(device, function, RelationKind::kAcceleratorOf);
    machine.Link(device, "fabric-hub:nvswitch0", LinkKind::kFabric, 450, 300);
  }
  for (const auto& [from, to] :
       {std::pair{"accelerator:gpu0", "accelerator:gpu1"},
        std::pair{kGpu, kOther}}) {
    const PathVerdict verdict = Judge(machine, from, to);
    EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kPossible);
    EXPECT_EQ(ReasonOf(verdict), PeerReason::kFabric);
  }
}

TEST(PathVerdict_HostEnds, NeedNoPeerToPeer) {
  MachineFacts machine = Machine();
  machine.Link("numa:0", "memory:0", LinkKind::kMemoryBus, 100, 90);
  machine.Relation("memory:0", "numa:0", RelationKind::kMemoryOf);
  for (const char* end : {"memory:0", "numa:0", "package:0"}) {
    const PathVerdict verdict = Judge(machine, kGpu, end);
    EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kNotNeeded) << end;
    EXPECT_EQ(ReasonOf(verdict), PeerReason::kHostEnd) << end;
  }
}

TEST(PathVerdict_MemoryOfADevice, IsItsOwner) {
  MachineFacts machine = Machine();
  machine.Relation(kGpu, "memory:vram", RelationKind::kSharesMemory);
  machine.Link(kGpu, "memory:vram", LinkKind::kOnDie, 900, 100);
  EXPECT_EQ(ReasonOf(Judge(machine, kGpu, "memory:vram")),
            PeerReason::kSameDevice);
  EXPECT_EQ(ReasonOf(Judge(machine, kNic, "memory:vram")), PeerReason::kDirect);
}

TEST(PathVerdict_Ends, HaveGroupsAndDomains) {
  MachineFacts machine = Machine();
  for (const char* function : {kGpu, kFar}) {
    machine.Attribute(function, attr::kIommuGroup, std::int64_t{12});
    machine.Attribute(function, "iommu_domain_type", std::string("DMA-FQ"));
    machine.Relation(function, "iommu:dmar0", RelationKind::kTranslatedBy);
  }
  const PathVerdict verdict = Judge(machine, kGpu, kFar);
  EXPECT_TRUE(verdict.same_iommu_group);
  EXPECT_EQ(verdict.from.iommu_group, 12);
  EXPECT_EQ(verdict.from.domain_type, "DMA-FQ");
  EXPECT_TRUE(verdict.to.iommu);
  EXPECT_TRUE(Holds(verdict, PeerReason::kTranslated));
  EXPECT_FALSE(Judge(machine, kGpu, kNic).same_iommu_group);
}

TEST(PathVerdict_Steps, MarkTheWeakestAndTheDegraded) {
  MachineFacts machine = Machine();
  for (probes::LinkFact& link : machine.facts().links) {
    if (link.to != kGpu && link.to != kNic) continue;
    link.attributes = {
        {"speed", MegaTransfers(2500), {Evidence::kFirmware, "test"}},
        {"max_speed", MegaTransfers(16000), {Evidence::kFirmware, "test"}},
        {"port_max_speed", MegaTransfers(8000), {Evidence::kFirmware, "t"}}};
  }
  const PathVerdict verdict = Judge(machine, kGpu, kNic);
  ASSERT_EQ(verdict.steps.size(), 4U);
  EXPECT_TRUE(verdict.steps[0].weakest);
  EXPECT_EQ(verdict.steps[0].degraded, std::vector<std::string>{"speed"});
  // A GPU may be idle; a NIC keeps its link's speed.
  EXPECT_TRUE(verdict.steps[0].may_be_idle);
  EXPECT_EQ(verdict.steps[3].degraded, std::vector<std::string>{"speed"});
  EXPECT_FALSE(verdict.steps[3].may_be_idle);
}

TEST(PathVerdict_PortSlowerThanItsDevice, LimitsTheLink) {
  MachineFacts machine = Machine();
  for (probes::LinkFact& link : machine.facts().links) {
    if (link.to != kNic) continue;
    link.attributes = {
        {"speed", MegaTransfers(2500), {Evidence::kFirmware, "test"}},
        {"max_speed", MegaTransfers(8000), {Evidence::kFirmware, "test"}},
        {"port_max_speed", MegaTransfers(2500), {Evidence::kFirmware, "t"}}};
  }
  const PathVerdict verdict = Judge(machine, kGpu, kNic);
  ASSERT_EQ(verdict.steps.size(), 4U);
  EXPECT_TRUE(verdict.steps[3].degraded.empty());
  EXPECT_EQ(verdict.steps[3].limited, std::vector<std::string>{"speed"});
  const auto topology = machine.Build();
  const std::uint32_t uplink = topology->LinksOf(*topology->Find(kNic)).front();
  EXPECT_EQ(WidthOf(*topology, topology->links()[uplink]).text,
            "degraded: 2.5GT/s of 8GT/s, the port allows no more");
}

TEST(PathVerdict_SleepingDevice, MayBeIdle) {
  MachineFacts machine = Machine();
  machine.Attribute(kNic, "power_state", std::string("D3hot"));
  for (probes::LinkFact& link : machine.facts().links) {
    if (link.to != kNic) continue;
    link.attributes = {
        {"speed", MegaTransfers(2500), {Evidence::kFirmware, "test"}},
        {"max_speed", MegaTransfers(16000), {Evidence::kFirmware, "test"}}};
  }
  EXPECT_TRUE(Judge(machine, kGpu, kNic).steps[3].may_be_idle);
}

TEST(PathVerdict_PeerMemory, IsSaid) {
  MachineFacts machine = Machine();
  machine.Attribute(kNic, "p2pmem", Bytes(1 << 20));
  EXPECT_TRUE(Holds(Judge(machine, kGpu, kNic), PeerReason::kPeerMemory));
}

TEST(PathVerdict_WithoutAPath, SaysSo) {
  MachineFacts machine = Machine();
  machine.Thing("platform:npu");
  const PathVerdict verdict = Judge(machine, kGpu, "platform:npu");
  EXPECT_FALSE(verdict.distance);
  EXPECT_EQ(verdict.peer_to_peer, PeerToPeer::kUnknown);
  EXPECT_EQ(ReasonOf(verdict), PeerReason::kNotOnPcie);
  EXPECT_TRUE(Holds(verdict, PeerReason::kNoPath));
}

TEST(PathVerdict_OneVertex, IsOneDevice) {
  EXPECT_EQ(ReasonOf(Judge(Machine(), kGpu, kGpu)), PeerReason::kSameDevice);
}

TEST(PeerReason_Names, AreAllDifferent) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(PeerReason::kNotOnPcie); ++i) {
    names.push_back(Name(static_cast<PeerReason>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace acceld::graph
