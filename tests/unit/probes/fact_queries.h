// Looking things up in a FactSet, for tests.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "probes/fact.h"

namespace acceld::testing {

[[nodiscard]] bool HasEntity(const probes::FactSet& facts, std::string_view key,
                             VertexKind kind);
// The first attribute of that name; null where there is none.
[[nodiscard]] const Attribute* FindAttribute(const probes::FactSet& facts,
                                             std::string_view key,
                                             std::string_view name);
// Its value as text ("16GiB"); "" where there is none.
[[nodiscard]] std::string TextOf(const probes::FactSet& facts,
                                 std::string_view key, std::string_view name);
[[nodiscard]] const probes::RelationFact* FindRelation(
    const probes::FactSet& facts, std::string_view from, std::string_view to,
    RelationKind kind);
// In the direction in which the probe recorded it.
[[nodiscard]] const probes::LinkFact* FindLink(const probes::FactSet& facts,
                                               std::string_view from,
                                               std::string_view to);
// An attribute of a relation or link as text; "" where there is none.
[[nodiscard]] std::string TextIn(const std::vector<Attribute>& attributes,
                                 std::string_view name);
// The code of the fault on exactly this place; nothing where there is none.
[[nodiscard]] std::optional<ErrorCode> FaultAt(const probes::FactSet& facts,
                                               std::string_view where);

}  // namespace acceld::testing
