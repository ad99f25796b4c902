// The path between two things as `distance` and `path` print it.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "client/topo/look.h"
#include "graph/path_steps.h"
#include "graph/topology.h"

namespace acceld::topo {

// "A → B" and a line end.
void AppendHeading(const graph::Topology& topology, graph::VertexId from,
                   graph::VertexId to, const Look& look, std::string& out);

// "  NAME  VALUE  REMARK" and a line end.
void AppendField(std::string_view name, std::string value,
                 std::string_view remark, const Look& look, std::string& out);

// Latency, bandwidth, hops, locality and evidence.
void AppendMeasures(const graph::Topology& topology, graph::VertexId from,
                    graph::VertexId to, const graph::Distance& distance,
                    const std::vector<graph::PathStep>& steps, const Look& look,
                    std::string& out);

// From the first vertex down to the last, the links between them.
// Requires: `steps` is not empty.
void AppendSteps(const graph::Topology& topology,
                 const std::vector<graph::PathStep>& steps, const Look& look,
                 std::string& out);

// Members "latency", "latency_ns", "bandwidth", "bandwidth_bytes_per_second",
// "hops", "locality", "evidence", "path" and "links" (for each step "from",
// "to", "kind", "bandwidth", "latency", their evidence and source, "weakest",
// "degraded", "limited" and "may_be_idle").
void SetMeasures(const graph::Topology& topology,
                 const graph::Distance& distance,
                 const std::vector<graph::PathStep>& steps, Document& document);

}  // namespace acceld::topo
