#include "graph/parents.h"

#include <algorithm>

namespace acceld::graph {
namespace {

// How far from the CPUs a kind stands; a link makes the nearer end the parent
// of the farther. Nothing hangs on a memory or a hub by a link.
int Depth(VertexKind kind) {
  switch (kind) {
    case VertexKind::kPackage:
      return 0;
    case VertexKind::kNumaNode:
      return 1;
    case VertexKind::kHostBridge:
      return 2;
    case VertexKind::kRootPort:
      return 3;
    case VertexKind::kSwitchPort:
      return 4;
    case VertexKind::kPciFunction:
    case VertexKind::kPlatformDevice:
      return 5;
    case VertexKind::kAccelerator:
    case VertexKind::kNic:
    case VertexKind::kStorage:
      return 6;
    case VertexKind::kEngine:
      return 7;
    case VertexKind::kMemoryTarget:
    case VertexKind::kMemorySideCache:
      return 8;
    case VertexKind::kFabricHub:
    case VertexKind::kIommuUnit:
      return -1;  // part of no tree
  }
  return -1;
}

// Links of these kinds lead to a parent. Socket and fabric links join equals.
bool IsTreeLink(LinkKind kind) {
  return kind != LinkKind::kSocketLink && kind != LinkKind::kFabric;
}

// Kinds that hang below one of their own: of two such, a link's `from` is the
// parent. Links between others of equal depth (NUMA nodes on one die) join
// equals.
bool CanNest(VertexKind kind) {
  return kind == VertexKind::kSwitchPort || kind == VertexKind::kPciFunction ||
         kind == VertexKind::kPlatformDevice;
}

bool IsPartOfDevice(VertexKind kind) {
  return kind == VertexKind::kAccelerator || kind == VertexKind::kEngine ||
         kind == VertexKind::kNic || kind == VertexKind::kStorage;
}

bool IsDevice(VertexKind kind) {
  return IsPartOfDevice(kind) || kind == VertexKind::kPciFunction ||
         kind == VertexKind::kPlatformDevice;
}

class Finder {
 public:
  Finder(std::span<const Vertex> vertices, Parents& parents)
      : vertices_(vertices), parents_(parents), by_relation_(vertices.size()) {
    parents.of.resize(vertices.size());
    parents.sharers.resize(vertices.size());
  }

  void Take(const Relation& relation) {
    switch (relation.kind) {
      case RelationKind::kEngineOf:
      case RelationKind::kAcceleratorOf:
        parents_.parts.push_back({relation.from, relation.to});
        return Hang(relation.from, relation.to);
      case RelationKind::kVirtualOf:
        parents_.parts.push_back({relation.from, relation.to});
        return;
      case RelationKind::kMemoryOf:
        return Hang(relation.from, relation.to);
      case RelationKind::kContains:
      case RelationKind::kCachedBy:
        return Hang(relation.to, relation.from);
      case RelationKind::kSharesMemory:
        parents_.sharers[relation.to.value()].push_back(relation.from);
        return;
      case RelationKind::kAccess:
      case RelationKind::kTranslatedBy:
        return;
    }
  }

  // A memory without a node of its own is where its owners are.
  void HangSharedMemory() {
    for (const Vertex& vertex : vertices_) {
      if (by_relation_[vertex.id.value()]) continue;
      for (VertexId sharer : parents_.sharers[vertex.id.value()]) {
        Hang(vertex.id, sharer);
      }
    }
  }

  // Where relations spoke, links are not asked, but for NUMA nodes and PCI
  // functions: their relations name no parent of the tree.
  void Take(const Link& link) {
    if (!IsTreeLink(link.kind)) return;
    VertexId parent = link.from;
    VertexId child = link.to;
    const int from_depth = Depth(KindOf(parent));
    const int to_depth = Depth(KindOf(child));
    if (from_depth < 0 || to_depth < 0) return;
    // A root bus may hang on a function (Intel VMD); there `from` is right.
    const bool is_nested_root = KindOf(parent) == VertexKind::kPciFunction &&
                                KindOf(child) == VertexKind::kHostBridge;
    if (to_depth < from_depth && !is_nested_root) std::swap(parent, child);
    if (to_depth == from_depth && !CanNest(KindOf(parent))) return;
    if (by_relation_[child.value()]) return;
    parents_.of[child.value()].push_back(parent);
    if (IsPartOfDevice(KindOf(child)) && IsDevice(KindOf(parent)) &&
        KindOf(child) != KindOf(parent)) {
      parents_.parts.push_back({child, parent});
    }
  }

  // A virtual function that no link places is where its physical one is.
  void HangVirtualFunctions() {
    std::vector<DevicePart> unplaced;
    for (const DevicePart& part : parents_.parts) {
      if (KindOf(part.part) == VertexKind::kPciFunction &&
          parents_.of[part.part.value()].empty()) {
        unplaced.push_back(part);
      }
    }
    for (const DevicePart& part : unplaced) {
      parents_.of[part.part.value()].push_back(part.whole);
    }
  }

  void Sort() {
    const auto sort = [](auto& list) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    };
    for (auto& list : parents_.of) sort(list);
    for (auto& list : parents_.sharers) sort(list);
    sort(parents_.parts);
  }

 private:
  [[nodiscard]] VertexKind KindOf(VertexId id) const {
    return vertices_[id.value()].kind;
  }
  void Hang(VertexId child, VertexId parent) {
    parents_.of[child.value()].push_back(parent);
    by_relation_[child.value()] = true;
  }
  std::span<const Vertex> vertices_;
  Parents& parents_;
  std::vector<bool> by_relation_;  // by vertex: a relation named its parents
};

}  // namespace

Parents FindParents(std::span<const Vertex> vertices,
                    std::span<const Link> links,
                    std::span<const Relation> relations) {
  Parents parents;
  Finder finder(vertices, parents);
  for (const Relation& relation : relations) finder.Take(relation);
  finder.HangSharedMemory();
  for (const Link& link : links) finder.Take(link);
  finder.HangVirtualFunctions();
  finder.Sort();
  return parents;
}

}  // namespace acceld::graph
