// What `accel-topo why` says of a device in words, before the tables: what
// keeps it from sharing address spaces, who may open it and how, its health.
// Pure functions; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "client/topo/look.h"
#include "graph/topology.h"

namespace acceld::topo {

// A sentence, and the vertex whose fact it is.
struct Remark {
  std::string text;
  graph::VertexId vertex;
};

struct Summary {
  // "no", "possible", "unknown", "proven"; empty: not asked of such a thing.
  std::string sva;
  std::vector<Remark> sva_reasons;
  std::vector<Remark> sva_caveats;
  std::vector<Remark> access;  // empty: nothing that a client opens
  std::string health;          // "ok", ...; empty: not known
  std::vector<Remark> health_remarks;
};

// Of the vertex, and of what it is a part of: engine, accelerator, function.
[[nodiscard]] Summary SummaryOf(const graph::Topology& topology,
                                graph::VertexId id);

// Sections with headings; nothing where there is nothing to say.
void AppendSummary(const graph::Topology& topology, graph::VertexId id,
                   const Look& look, std::string& out);
// Sets "sva": {"answer", "reasons", "caveats"}, "access": [...] and "health":
// {"state", "remarks"}, each remark {"text", "key"}.
void SetSummary(const graph::Topology& topology, graph::VertexId id,
                Document& document);

}  // namespace acceld::topo
