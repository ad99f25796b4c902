#include "client/topo/show.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "client/topo/describe.h"
#include "client/topo/links_text.h"
#include "client/topo/machine_text.h"
#include "client/topo/outline.h"
#include "graph/hanging.h"
#include "graph/machine_document.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

constexpr std::size_t kFirstFaults = 5;

bool IsIo(VertexKind kind) {
  switch (kind) {
    case VertexKind::kPackage:
    case VertexKind::kNumaNode:
    case VertexKind::kMemoryTarget:
    case VertexKind::kMemorySideCache:
      return false;
    default:
      return true;
  }
}

// Where a vertex is, for a list that shows no tree.
Token PlaceOf(const graph::Topology& topology, const graph::Hanging& hanging,
              graph::VertexId id) {
  const auto node = topology.NumaNodeOf(id);
  const auto place = node && *node != id ? node : hanging.ParentOf(id);
  if (!place) return {};
  return {.text = "on " + KeyOf(topology, *place), .role = Role::kFaint};
}

bool IsBridge(VertexKind kind) {
  return kind == VertexKind::kHostBridge || kind == VertexKind::kRootPort ||
         kind == VertexKind::kSwitchPort;
}

bool Holds(const std::vector<VertexKind>& kinds, VertexKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool HangsBelow(const graph::Hanging& hanging, graph::VertexId id,
                graph::VertexId top) {
  std::optional<graph::VertexId> at = id;
  while (at && *at != top) at = hanging.ParentOf(*at);
  return at.has_value();
}

Keep KeepOf(const graph::Hanging& hanging, const ShowOptions& options) {
  return [&hanging, &options](const graph::Vertex& vertex) {
    if (!options.io && IsIo(vertex.kind)) return false;
    if (!options.bridges && IsBridge(vertex.kind)) return false;
    if (Holds(options.ignore, vertex.kind)) return false;
    return !options.from || HangsBelow(hanging, vertex.id, *options.from);
  };
}

std::string NamesOf(const std::vector<VertexKind>& kinds) {
  std::string names;
  for (const VertexKind kind : kinds) {
    names.append(names.empty() ? "" : " or ").append(Name(kind));
  }
  return names;
}

std::string ListOnly(const graph::Topology& topology,
                     const graph::Hanging& hanging, const ShowOptions& options,
                     const Look& look) {
  std::string out;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (!Holds(options.only, vertex.kind)) continue;
    if (options.from && !HangsBelow(hanging, vertex.id, *options.from)) {
      continue;
    }
    std::vector<Token> tokens = {
        {.text = KeyOf(topology, vertex.id), .role = Role::kKey}};
    for (Token& token : Describe(topology, hanging, vertex)) {
      tokens.push_back(std::move(token));
    }
    Token place = PlaceOf(topology, hanging, vertex.id);
    if (!place.text.empty()) tokens.push_back(std::move(place));
    AppendWrapped(look, "", "    ", tokens, out);
  }
  if (out.empty()) {
    out = "no " + NamesOf(options.only) +
          (options.from ? " below it\n" : " in this machine\n");
  }
  return out;
}

// What is told of the machine as a whole, below the tree.
void AppendRest(const graph::Topology& topology, const ShowOptions& options,
                const Look& look, std::string& out) {
  if (options.io && !Holds(options.ignore, VertexKind::kIommuUnit)) {
    AppendIommu(topology, look, out);
  }
  AppendGaps(topology, look, out);
  AppendFaults(topology,
               options.all_faults ? std::numeric_limits<std::size_t>::max()
                                  : kFirstFaults,
               look, out);
}

}  // namespace

std::string ShowText(const Machine& machine, const ShowOptions& options,
                     const Look& look) {
  const graph::Topology& topology = *machine.topology;
  const graph::Hanging hanging(topology);
  if (!options.only.empty()) {
    return ListOnly(topology, hanging, options, look);
  }
  const Keep keep = KeepOf(hanging, options);
  std::string out;
  if (!options.from) AppendTotals(topology, machine.origin, look, out);
  std::vector<Item> outline =
      BuildOutline(topology, hanging, keep, options.from);
  if (options.collapse) Fold(outline, look);
  AppendTree(outline, look, out);
  AppendLinks(topology, hanging, look, keep, out);
  if (!options.from) AppendRest(topology, options, look, out);
  if (!topology.vertices().empty()) {
    out.append("\n").append(look.Paint(graph::MarkLegend(), Role::kFaint));
    out.push_back('\n');
  }
  return out;
}

Document ShowDocument(const Machine& machine, const ShowOptions& options) {
  const graph::Topology& topology = *machine.topology;
  graph::ExportOptions wanted;
  wanted.kinds = options.only;
  const graph::Hanging hanging(topology);
  const bool filters = !options.io || !options.bridges ||
                       !options.ignore.empty() || options.from;
  if (filters) wanted.shows = KeepOf(hanging, options);
  return graph::MachineDocument(topology, wanted);
}

}  // namespace acceld::topo
