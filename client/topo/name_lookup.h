// Names as people type them: a key, or any end of one that is not ambiguous
// ("renderD128", "3a:00.0"), or the path of a device node.
// Pure functions of the topology; no threading rule.
#pragma once

#include <string>
#include <string_view>

#include "base/document.h"
#include "base/result.h"
#include "graph/topology.h"

namespace acceld::topo {

// Errors: kNotFound (the message suggests the nearest names),
// kInvalidArgument (several match; the message lists them).
[[nodiscard]] Result<graph::VertexId> FindByName(
    const graph::Topology& topology, std::string_view name);

// `accel-topo names`: every key, one a line, in the topology's order.
[[nodiscard]] std::string NamesText(const graph::Topology& topology);
// {"names": [...]}
[[nodiscard]] Document NamesDocument(const graph::Topology& topology);

}  // namespace acceld::topo
