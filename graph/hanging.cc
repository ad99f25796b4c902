#include "graph/hanging.h"

#include <algorithm>
#include <utility>

#include "graph/natural_order.h"

namespace acceld::graph {
namespace {

// Reading order among siblings. A memory stands before the buses of its node,
// but a shared one after the packages.
int RankOf(VertexKind kind, bool is_root) {
  switch (kind) {
    case VertexKind::kMemorySideCache:
      return is_root ? 5 : 0;
    case VertexKind::kMemoryTarget:
      return is_root ? 5 : 1;
    case VertexKind::kPackage:
      return 2;
    case VertexKind::kNumaNode:
      return 3;
    case VertexKind::kFabricHub:
      return 4;
    case VertexKind::kHostBridge:
      return 6;
    // Ports and functions of one bus stand together, by address.
    case VertexKind::kRootPort:
    case VertexKind::kSwitchPort:
    case VertexKind::kPciFunction:
      return 7;
    case VertexKind::kPlatformDevice:
      return 8;
    case VertexKind::kAccelerator:
      return 9;
    case VertexKind::kEngine:
      return 10;
    case VertexKind::kNic:
    case VertexKind::kStorage:
      return 11;
    case VertexKind::kIommuUnit:
      return 12;
  }
  return 12;
}

// Renderers walk the tree by recursion. Real machines are below 40 deep (PCI
// allows 256 buses); a described one may claim anything.
constexpr int kDeepest = 300;

// "root-port:0000:00:01.0" -> "0000:00:01.0".
std::string_view NameIn(std::string_view key) {
  const std::size_t colon = key.find(':');
  return colon == std::string_view::npos ? key : key.substr(colon + 1);
}

std::optional<VertexId> OnlyOne(const std::vector<VertexId>& ids) {
  if (ids.size() != 1) return std::nullopt;
  return ids.front();
}

}  // namespace

VertexId OtherEnd(const Link& link, VertexId id) {
  return link.from == id ? link.to : link.from;
}

bool IsBusPart(VertexKind kind) {
  return kind == VertexKind::kHostBridge || kind == VertexKind::kRootPort ||
         kind == VertexKind::kSwitchPort || kind == VertexKind::kPciFunction;
}

Hanging::Hanging(const Topology& topology)
    : topology_(topology),
      parents_(topology.vertices().size()),
      children_(topology.vertices().size()) {
  HangBuses();
  HangOthers();
  CutWhereTooDeep();
  for (const Vertex& vertex : topology_.vertices()) {
    const auto parent = parents_[vertex.id.value()];
    if (parent) {
      children_[parent->value()].push_back(vertex.id);
    } else if (vertex.kind != VertexKind::kIommuUnit) {
      roots_.push_back(vertex.id);
    }
  }
  SortChildren();
}

bool Hanging::Shows(const Link& link) const {
  return ParentOf(link.from) == link.to || ParentOf(link.to) == link.from;
}

const Link* Hanging::UplinkOf(VertexId id) const {
  const auto parent = ParentOf(id);
  if (!parent) return nullptr;
  for (const std::uint32_t index : topology_.LinksOf(id)) {
    const Link& link = topology_.links()[index];
    if (OtherEnd(link, id) == *parent) return &link;
  }
  return nullptr;
}

// Facts from outside may claim a ring ("engine-of" of each other): the claim
// that would close it is not followed.
void Hanging::Hang(VertexId child, std::optional<VertexId> parent) {
  if (!parent || parents_[child.value()]) return;
  for (auto up = parent; up; up = parents_[up->value()]) {
    if (*up == child) return;
  }
  parents_[child.value()] = parent;
}

// Breadth first from the host bridges, so that every port hangs at the one
// nearest to the processor; then from what no host bridge reaches.
void Hanging::HangBuses() {
  for (const VertexKind kind :
       {VertexKind::kHostBridge, VertexKind::kRootPort, VertexKind::kSwitchPort,
        VertexKind::kPciFunction}) {
    std::vector<VertexId> front;
    for (const Vertex& vertex : topology_.vertices()) {
      if (vertex.kind == kind && !parents_[vertex.id.value()]) {
        front.push_back(vertex.id);
      }
    }
    // Virtual functions hang at their bus where that is known.
    if (kind == VertexKind::kPciFunction) {
      for (const VertexId id : front) {
        Hang(id, OnlyOne(topology_.RelatedFrom(id, RelationKind::kVirtualOf)));
      }
      continue;
    }
    SpreadFrom(std::move(front));
  }
}

void Hanging::SpreadFrom(std::vector<VertexId> front) {
  while (!front.empty()) {
    std::vector<VertexId> next;
    for (const VertexId id : front) {
      for (const std::uint32_t index : topology_.LinksOf(id)) {
        const Link& link = topology_.links()[index];
        const VertexId other = OtherEnd(link, id);
        const VertexKind kind = topology_.vertex(other).kind;
        const bool below = IsBusPart(kind) && kind != VertexKind::kHostBridge;
        if (!below || parents_[other.value()] ||
            link.kind == LinkKind::kFabric) {
          continue;
        }
        Hang(other, id);
        if (parents_[other.value()] == id) next.push_back(other);
      }
    }
    front = std::move(next);
  }
}

void Hanging::HangOthers() {
  for (const Vertex& vertex : topology_.vertices()) {
    Hang(vertex.id, PlaceOf(vertex));
  }
}

void Hanging::CutWhereTooDeep() {
  for (auto& parent : parents_) {
    int depth = 0;
    for (auto up = parent; up && depth <= kDeepest; ++depth) {
      up = parents_[up->value()];
    }
    if (depth > kDeepest) parent.reset();
  }
}

std::optional<VertexId> Hanging::PlaceOf(const Vertex& vertex) const {
  switch (vertex.kind) {
    case VertexKind::kNumaNode:
      return OnlyOne(topology_.RelatedTo(vertex.id, RelationKind::kContains));
    case VertexKind::kMemoryTarget:
      return PlaceOfMemory(vertex.id);
    case VertexKind::kMemorySideCache:
      return OnlyOne(topology_.RelatedTo(vertex.id, RelationKind::kCachedBy));
    case VertexKind::kEngine: {
      const auto owners =
          topology_.RelatedFrom(vertex.id, RelationKind::kEngineOf);
      return owners.empty() ? PlaceOfDevice(vertex.id) : owners.front();
    }
    case VertexKind::kHostBridge:
      return NodeOrPackageOf(vertex.id);
    case VertexKind::kPlatformDevice:
    case VertexKind::kAccelerator:
    case VertexKind::kNic:
    case VertexKind::kStorage:
      return PlaceOfDevice(vertex.id);
    default:
      return std::nullopt;
  }
}

// A memory with a node of its own hangs there; the memory of one device hangs
// at the device; a memory that several share hangs at none of them.
std::optional<VertexId> Hanging::PlaceOfMemory(VertexId id) const {
  const auto nodes = topology_.RelatedFrom(id, RelationKind::kMemoryOf);
  if (!nodes.empty()) return OnlyOne(nodes);
  const auto owners = topology_.RelatedTo(id, RelationKind::kSharesMemory);
  if (!owners.empty()) return OnlyOne(owners);
  const auto links = topology_.LinksOf(id);
  if (links.size() != 1) return std::nullopt;
  return OtherEnd(topology_.links()[links.front()], id);
}

std::optional<VertexId> Hanging::PlaceOfDevice(VertexId id) const {
  const auto functions =
      topology_.RelatedFrom(id, RelationKind::kAcceleratorOf);
  if (!functions.empty()) return functions.front();
  for (const std::uint32_t index : topology_.LinksOf(id)) {
    const VertexId other = OtherEnd(topology_.links()[index], id);
    const VertexKind kind = topology_.vertex(other).kind;
    if (IsBusPart(kind) || kind == VertexKind::kPlatformDevice) return other;
  }
  const auto function = topology_.FunctionOf(id);
  if (function && *function != id) return function;
  return NodeOrPackageOf(id);
}

std::optional<VertexId> Hanging::NodeOrPackageOf(VertexId id) const {
  const auto node = topology_.NumaNodeOf(id);
  return node ? node : topology_.PackageOf(id);
}

void Hanging::SortChildren() {
  const auto before = [this](VertexId a, VertexId b) {
    const Vertex& x = topology_.vertex(a);
    const Vertex& y = topology_.vertex(b);
    const int rank_x = RankOf(x.kind, !parents_[a.value()]);
    const int rank_y = RankOf(y.kind, !parents_[b.value()]);
    if (rank_x != rank_y) return rank_x < rank_y;
    const std::string_view name_x = NameIn(x.key);
    const std::string_view name_y = NameIn(y.key);
    if (name_x != name_y) return NaturalLess(name_x, name_y);
    return x.key < y.key;
  };
  std::sort(roots_.begin(), roots_.end(), before);
  for (auto& siblings : children_) {
    std::sort(siblings.begin(), siblings.end(), before);
  }
}

}  // namespace acceld::graph
