#include "graph/builder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "graph/fact_merge.h"
#include "graph/link_resolver.h"
#include "graph/natural_order.h"

namespace acceld::graph {
namespace {

using probes::FactSet;
using probes::RelationFact;
using IdByKey = std::unordered_map<std::string, VertexId>;

bool ComesBefore(const Vertex& a, const Vertex& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  return NaturalLess(a.key, b.key);
}

std::vector<Vertex> ResolveEntities(std::vector<probes::EntityFact> facts,
                                    std::vector<probes::Fault>& faults) {
  std::unordered_map<std::string, VertexKind> kinds;
  for (probes::EntityFact& fact : facts) {
    if (!probes::IsKey(fact.key)) {
      AddFault(faults, fact.key.substr(0, 128), "not a key");
      continue;
    }
    const auto [at, is_new] = kinds.try_emplace(std::move(fact.key), fact.kind);
    if (is_new || at->second == fact.kind) continue;
    AddFault(faults, at->first,
             "stated as " + std::string(Name(at->second)) + " and as " +
                 std::string(Name(fact.kind)) + "; the first is kept");
  }
  std::vector<Vertex> vertices;
  vertices.reserve(kinds.size());
  for (auto& [key, kind] : kinds) {
    Vertex& vertex = vertices.emplace_back();
    vertex.kind = kind;
    vertex.key = key;
  }
  std::sort(vertices.begin(), vertices.end(), ComesBefore);
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    vertices[i].id = VertexId(static_cast<std::uint32_t>(i));
  }
  return vertices;
}

void AddAttributes(std::vector<probes::AttributeFact> facts, const IdByKey& ids,
                   Parts& parts) {
  // What is said of one thing mostly comes in a row: one look-up for all of it.
  for (auto fact = facts.begin(); fact != facts.end();) {
    const std::string& key = fact->key;
    const auto end = std::find_if(
        fact, facts.end(),
        [&key](const probes::AttributeFact& one) { return one.key != key; });
    const auto id = ids.find(key);
    if (id == ids.end()) {
      for (; fact != end; ++fact) {
        AddFault(
            parts.faults, fact->key,
            "attribute '" + fact->attribute.name + "' of an unknown thing");
      }
      continue;
    }
    auto& attributes = parts.vertices[id->second.value()].attributes;
    attributes.reserve(attributes.size() +
                       static_cast<std::size_t>(end - fact));
    for (; fact != end; ++fact) {
      MergeAttribute(attributes, std::move(fact->attribute), fact->key,
                     parts.faults);
    }
  }
}

// Whether a relation may lead from one kind to the other. Only the relations
// that place things (graph/attachments.h) are held to kinds.
bool CanRelate(RelationKind relation, VertexKind from, VertexKind to) {
  switch (relation) {
    case RelationKind::kContains:
      return from == VertexKind::kPackage;
    case RelationKind::kMemoryOf:
      return from == VertexKind::kMemoryTarget && to == VertexKind::kNumaNode;
    case RelationKind::kAcceleratorOf:
      return to == VertexKind::kPciFunction ||
             to == VertexKind::kPlatformDevice;
    case RelationKind::kEngineOf:
      return from == VertexKind::kEngine &&
             (to == VertexKind::kAccelerator || to == VertexKind::kEngine);
    case RelationKind::kVirtualOf:
      return from == VertexKind::kPciFunction && to == from;
    case RelationKind::kSharesMemory:
    case RelationKind::kAccess:
      return to == VertexKind::kMemoryTarget;
    case RelationKind::kCachedBy:
      return to == VertexKind::kMemorySideCache;
    case RelationKind::kTranslatedBy:
      return to == VertexKind::kIommuUnit;
  }
  return false;
}

class RelationResolver {
 public:
  RelationResolver(const IdByKey& ids, Parts& parts)
      : ids_(ids), parts_(parts) {}

  void Add(RelationFact fact) {
    const std::string where = fact.from + " -> " + fact.to;
    const std::string kind(Name(fact.kind));
    const auto from = ids_.find(fact.from);
    const auto to = ids_.find(fact.to);
    if (from == ids_.end() || to == ids_.end()) {
      return AddFault(parts_.faults, where,
                      "relation '" + kind + "' with an unknown thing");
    }
    if (from == to ||
        !CanRelate(fact.kind, parts_.vertices[from->second.value()].kind,
                   parts_.vertices[to->second.value()].kind)) {
      return AddFault(parts_.faults, where,
                      "relation '" + kind + "' cannot join these two");
    }
    Merge(from->second, to->second, std::move(fact), where);
  }

  void Finish() {
    for (auto& [place, relation] : relations_) {
      parts_.relations.push_back(std::move(relation));
    }
  }

 private:
  void Merge(VertexId from, VertexId to, RelationFact fact,
             const std::string& where) {
    auto [at, is_new] = relations_.try_emplace({from, to, fact.kind});
    Relation& relation = at->second;
    if (is_new) {
      relation = {from, to, fact.kind, {}, std::move(fact.provenance)};
    } else if (Judge(relation.provenance, fact.provenance, true) ==
               graph::Merge::kReplace) {
      relation.provenance = std::move(fact.provenance);
    }
    for (Attribute& attribute : fact.attributes) {
      MergeAttribute(relation.attributes, std::move(attribute), where,
                     parts_.faults);
    }
  }

  const IdByKey& ids_;
  Parts& parts_;
  std::map<std::tuple<VertexId, VertexId, RelationKind>, Relation> relations_;
};

template <typename Edge>
void Renumber(std::vector<Edge>& edges, const std::vector<VertexId>& ids) {
  for (Edge& edge : edges) {
    edge.from = ids[edge.from.value()];
    edge.to = ids[edge.to.value()];
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tie(a.from, a.to, a.kind) < std::tie(b.from, b.to, b.kind);
  });
}

}  // namespace

void SortParts(Parts& parts) {
  std::sort(parts.vertices.begin(), parts.vertices.end(), ComesBefore);
  std::vector<VertexId> ids(parts.vertices.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const VertexId id(static_cast<std::uint32_t>(i));
    ids[parts.vertices[i].id.value()] = id;
    parts.vertices[i].id = id;
  }
  Renumber(parts.links, ids);
  Renumber(parts.relations, ids);
}

Parts ResolveFacts(FactSet facts) {
  Parts parts;
  parts.faults = std::move(facts.faults);
  parts.vertices = ResolveEntities(std::move(facts.entities), parts.faults);
  IdByKey ids;
  for (const Vertex& vertex : parts.vertices)
    ids.emplace(vertex.key, vertex.id);
  AddAttributes(std::move(facts.attributes), ids, parts);
  parts.links = ResolveLinks(std::move(facts.links), ids, parts.faults);
  RelationResolver relations(ids, parts);
  for (RelationFact& fact : facts.relations) relations.Add(std::move(fact));
  relations.Finish();
  return parts;
}

}  // namespace acceld::graph
