#include "graph/peer_to_peer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "graph/fabric_peers.h"
#include "graph/quantity.h"
#include "graph/root_complex.h"

namespace acceld::graph {
namespace {

const std::string* TextOf(const Attribute* attribute) {
  return attribute == nullptr ? nullptr
                              : std::get_if<std::string>(&attribute->value);
}

bool Holds(std::string_view bits, std::string_view bit) {
  return bits.find(bit) != std::string_view::npos;
}

// Of the ports that route downstream, ACS decides; of others it says something
// only where they have it. A description may give a whole switch one vertex
// and no port type.
bool OughtToKnowAcs(const Vertex& vertex) {
  if (vertex.kind == VertexKind::kRootPort) return true;
  if (vertex.kind != VertexKind::kSwitchPort) return false;
  const std::string* type = TextOf(vertex.Find(attr::kPortType));
  return type == nullptr || Holds(*type, "downstream");
}

class PeerJudge {
 public:
  PeerJudge(const Topology& topology, const Hanging& hanging, VertexId from,
            VertexId to)
      : topology_(topology), hanging_(hanging), from_(from), to_(to) {}

  PeerJudgement Run() {
    if (IsOneDevice() || IsOfHost() || IsJoinedByFabric()) return result_;
    const auto from = FunctionOf(from_);
    const auto to = FunctionOf(to_);
    if (!from || !to) {
      const VertexId which = from ? to_ : from_;
      return Decide(PeerToPeer::kUnknown, PeerReason::kNotOnPcie,
                    Key(which) +
                        " is on no PCI bus, and no fact tells what "
                        "its interconnect routes",
                    which);
    }
    JudgeBuses(WayUp(*from), WayUp(*to));
    AddPeerMemory(*from);
    AddPeerMemory(*to);
    return result_;
  }

 private:
  using Way = std::vector<VertexId>;

  [[nodiscard]] const std::string& Key(VertexId id) const {
    return topology_.vertex(id).key;
  }

  void Add(PeerReason reason, std::string text,
           std::optional<VertexId> vertex = {}, Provenance from = {}) {
    result_.findings.push_back(
        {reason, std::move(text), vertex, std::move(from)});
  }
  PeerJudgement Decide(PeerToPeer answer, PeerReason reason, std::string text,
                       std::optional<VertexId> vertex = {},
                       Provenance from = {}) {
    result_.answer = answer;
    result_.findings.insert(
        result_.findings.begin(),
        PeerFinding{reason, std::move(text), vertex, std::move(from)});
    return result_;
  }

  bool IsOneDevice() {
    if (from_ != to_ &&
        topology_.LocalityOf(from_, to_) != Locality::kSameDevice) {
      return false;
    }
    Decide(PeerToPeer::kNotNeeded, PeerReason::kSameDevice,
           "both are parts of one device");
    return true;
  }

  // Devices that own a part of a memory; the vertex itself otherwise.
  [[nodiscard]] VertexId DeviceOf(VertexId id) const {
    if (topology_.vertex(id).kind != VertexKind::kMemoryTarget) return id;
    const auto owners = topology_.RelatedTo(id, RelationKind::kSharesMemory);
    return owners.empty() ? id : owners.front();
  }

  [[nodiscard]] bool IsDevice(VertexId id) const {
    switch (topology_.vertex(id).kind) {
      case VertexKind::kPciFunction:
      case VertexKind::kPlatformDevice:
      case VertexKind::kAccelerator:
      case VertexKind::kEngine:
      case VertexKind::kNic:
      case VertexKind::kStorage:
        return true;
      default:
        return false;
    }
  }

  bool IsOfHost() {
    for (const VertexId id : {from_, to_}) {
      if (IsDevice(DeviceOf(id))) continue;
      Decide(PeerToPeer::kNotNeeded, PeerReason::kHostEnd,
             Key(id) + " is no device: what goes there needs no peer-to-peer",
             id);
      return true;
    }
    return false;
  }

  // The vertex and what it is a part of, or what is on it: a fabric's links may
  // end at the accelerator or at its function.
  [[nodiscard]] Way PartsOf(VertexId id) const {
    Way parts = {DeviceOf(id)};
    if (const auto function = topology_.FunctionOf(parts.front())) {
      parts.push_back(*function);
      for (const VertexId one :
           topology_.RelatedTo(*function, RelationKind::kAcceleratorOf)) {
        parts.push_back(one);
      }
    }
    return parts;
  }

  bool IsJoinedByFabric() {
    const Way there = PartsOf(to_);
    for (const VertexId part : PartsOf(from_)) {
      const auto peers = FabricPeersOf(topology_, part);
      for (const VertexId other : there) {
        if (!peers.contains(other)) continue;
        Decide(PeerToPeer::kPossible, PeerReason::kFabric,
               HubText(peers) + " joins them, beside the PCI bus");
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] std::string HubText(const std::set<VertexId>& peers) const {
    for (const VertexId id : peers) {
      if (topology_.vertex(id).kind == VertexKind::kFabricHub) return Key(id);
    }
    return "a fabric link";
  }

  [[nodiscard]] std::optional<VertexId> FunctionOf(VertexId id) const {
    return topology_.FunctionOf(DeviceOf(id));
  }

  // The function, then the bridges above, the host bridge last.
  [[nodiscard]] Way WayUp(VertexId function) const {
    Way way;
    std::optional<VertexId> at = function;
    while (at && IsBusPart(topology_.vertex(*at).kind)) {
      way.push_back(*at);
      at = hanging_.ParentOf(*at);
    }
    return way;
  }

  void JudgeBuses(Way up, Way down) {
    VertexId top = up.back();
    VertexId other_top = down.back();
    std::optional<VertexId> joint;  // the lowest bridge above both
    const auto common =
        std::find_first_of(up.begin(), up.end(), down.begin(), down.end());
    if (common != up.end()) {
      const VertexId shared = *common;
      if (topology_.vertex(shared).kind == VertexKind::kHostBridge) {
        top = shared;
      } else {
        joint = shared;
      }
      other_top = top;
      up.erase(common + 1, up.end());
      down.erase(std::find(down.begin(), down.end(), shared), down.end());
    }
    std::reverse(down.begin(), down.end());
    for (const VertexId id : up) AddAcs(id);
    for (const VertexId id : down) AddAcs(id);
    if (joint && JudgeBelow(*joint)) return;
    JudgeRoot(top, other_top);
    AddTranslation();
  }

  void AddAcs(VertexId id) {
    const Vertex& vertex = topology_.vertex(id);
    const Attribute* supported = vertex.Find("acs");
    const std::string* bits = TextOf(supported);
    const bool ought = OughtToKnowAcs(vertex);
    if (bits == nullptr ? !ought : (*bits == "none" && !ought)) return;
    AcsOnPath one{id, {}, {}, false, {}};
    if (bits != nullptr) {
      one.supported = *bits;
      one.from = supported->from;
    }
    if (const std::string* on = TextOf(vertex.Find("acs_enabled"))) {
      one.enabled = *on;
      one.from = vertex.Find("acs_enabled")->from;
    } else if (one.supported == "none") {
      one.enabled = "none";
    }
    one.redirects = Holds(one.enabled, "RR") || Holds(one.enabled, "CR") ||
                    Holds(one.enabled, "EC");
    result_.acs.push_back(std::move(one));
  }

  // Whether that settles it: not where the root complex gets the request.
  bool JudgeBelow(VertexId joint) {
    bool redirected = false;
    for (const AcsOnPath& one : result_.acs) {
      if (!one.redirects) continue;
      redirected = true;
      Add(PeerReason::kRedirected,
          Key(one.vertex) + " has ACS " + one.enabled +
              " on: it sends requests for a peer up to the root complex",
          one.vertex, one.from);
    }
    if (redirected) return false;
    for (const AcsOnPath& one : result_.acs) {
      if (!one.enabled.empty()) continue;
      Decide(PeerToPeer::kUnknown, PeerReason::kAcsUnknown,
             "the ACS of " + Key(one.vertex) + " is not readable", one.vertex);
      return true;
    }
    Decide(PeerToPeer::kPossible, PeerReason::kDirect,
           Key(joint) + " routes between them, and no ACS redirects", joint);
    return true;
  }

  void JudgeRoot(VertexId bridge, VertexId other) {
    const RootComplex root = FindRootComplex(topology_, hanging_, bridge);
    const RootComplex there = FindRootComplex(topology_, hanging_, other);
    const bool across = bridge != other;
    const bool listed = across ? root.routing == RootRouting::kEverywhere &&
                                     there.routing == RootRouting::kEverywhere
                               : root.routing != RootRouting::kNotListed;
    const std::string listing = root.name.empty()
                                    ? "nothing tells which root complex that is"
                                    : "Linux does not list " + root.name;
    const Provenance rule{Evidence::kComputed,
                          "pci_p2pdma_whitelist and cpu_supports_p2pdma of "
                          "Linux 6.12"};
    const std::string where =
        across ? "through the root complexes of " + Key(bridge) + " and " +
                     Key(other)
               : "through the root complex of " + Key(bridge);
    if (listed) {
      Decide(PeerToPeer::kPossible, PeerReason::kRootListed,
             where + ": Linux lists " + root.name + " as routing there", bridge,
             rule);
    } else if (across) {
      Decide(PeerToPeer::kImpossible, PeerReason::kAcrossHostBridges,
             where + ": assumed not to be routed; " + listing, bridge,
             {Evidence::kAssumed, rule.source});
    } else {
      Decide(PeerToPeer::kUnknown, PeerReason::kRootNotListed,
             where + ": it depends on the host bridge; " + listing +
                 ", and drivers that ask it refuse",
             bridge, rule);
    }
  }

  void AddTranslation() {
    for (const VertexId end : {from_, to_}) {
      const auto function = FunctionOf(end);
      if (!function) continue;
      const Attribute* type =
          topology_.vertex(*function).Find("iommu_domain_type");
      const std::string* text = TextOf(type);
      if (text == nullptr) continue;
      Add(PeerReason::kTranslated,
          "requests of " + Key(*function) +
              (*text == "identity"
                   ? " pass the IOMMU as they are (identity domain)"
                   : " are translated: the peer must be mapped for it (" +
                         *text + " domain)"),
          function, type->from);
    }
  }

  void AddPeerMemory(VertexId function) {
    const Attribute* size = topology_.vertex(function).Find("p2pmem");
    if (size == nullptr) return;
    Add(PeerReason::kPeerMemory,
        Key(function) + " offers " + Readable(size->value) +
            " of peer-to-peer memory",
        function, size->from);
  }

  const Topology& topology_;
  const Hanging& hanging_;
  VertexId from_;
  VertexId to_;
  PeerJudgement result_;
};

}  // namespace

PeerJudgement JudgePeers(const Topology& topology, const Hanging& hanging,
                         VertexId from, VertexId to) {
  return PeerJudge(topology, hanging, from, to).Run();
}

}  // namespace acceld::graph
