#include "tests/unit/probes/fact_queries.h"

#include <algorithm>

namespace acceld::testing {
namespace {

template <typename Range, typename Predicate>
auto* FindIn(Range& range, const Predicate& predicate) {
  const auto found = std::find_if(range.begin(), range.end(), predicate);
  return found == range.end() ? nullptr : &*found;
}

}  // namespace

bool HasEntity(const probes::FactSet& facts, std::string_view key,
               VertexKind kind) {
  return FindIn(facts.entities, [&](const probes::EntityFact& entity) {
           return entity.key == key && entity.kind == kind;
         }) != nullptr;
}

const Attribute* FindAttribute(const probes::FactSet& facts,
                               std::string_view key, std::string_view name) {
  const auto* fact =
      FindIn(facts.attributes, [&](const probes::AttributeFact& candidate) {
        return candidate.key == key && candidate.attribute.name == name;
      });
  return fact == nullptr ? nullptr : &fact->attribute;
}

std::string TextOf(const probes::FactSet& facts, std::string_view key,
                   std::string_view name) {
  const Attribute* attribute = FindAttribute(facts, key, name);
  return attribute == nullptr ? "" : ToText(attribute->value);
}

const probes::RelationFact* FindRelation(const probes::FactSet& facts,
                                         std::string_view from,
                                         std::string_view to,
                                         RelationKind kind) {
  return FindIn(facts.relations, [&](const probes::RelationFact& relation) {
    return relation.from == from && relation.to == to && relation.kind == kind;
  });
}

const probes::LinkFact* FindLink(const probes::FactSet& facts,
                                 std::string_view from, std::string_view to) {
  return FindIn(facts.links, [&](const probes::LinkFact& link) {
    return link.from == from && link.to == to;
  });
}

std::string TextIn(const std::vector<Attribute>& attributes,
                   std::string_view name) {
  const auto* attribute = FindIn(attributes, [&](const Attribute& candidate) {
    return candidate.name == name;
  });
  return attribute == nullptr ? "" : ToText(attribute->value);
}

std::optional<ErrorCode> FaultAt(const probes::FactSet& facts,
                                 std::string_view where) {
  const auto* fault = FindIn(facts.faults, [&](const probes::Fault& candidate) {
    return candidate.where == where;
  });
  if (fault == nullptr) return std::nullopt;
  return fault->code;
}

}  // namespace acceld::testing
