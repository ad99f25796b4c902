#include "client/topo/show.h"

#include <limits>
#include <vector>

#include "client/topo/describe.h"
#include "client/topo/hanging.h"
#include "client/topo/links_text.h"
#include "client/topo/machine_text.h"
#include "client/topo/outline.h"
#include "client/topo/quantity.h"

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
Token PlaceOf(const graph::Topology& topology, const Hanging& hanging,
              graph::VertexId id) {
  const auto node = topology.NumaNodeOf(id);
  const auto place = node && *node != id ? node : hanging.ParentOf(id);
  if (!place) return {};
  return {.text = "on " + KeyOf(topology, *place), .role = Role::kFaint};
}

std::string ListOnly(const graph::Topology& topology, VertexKind kind,
                     const Look& look) {
  const Hanging hanging(topology);
  std::string out;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (vertex.kind != kind) continue;
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
    out = "no " + std::string(Name(kind)) + " in this machine\n";
  }
  return out;
}

}  // namespace

std::string ShowText(const Machine& machine, const ShowOptions& options,
                     const Look& look) {
  const graph::Topology& topology = *machine.topology;
  if (options.only) return ListOnly(topology, *options.only, look);
  const Hanging hanging(topology);
  const auto keep = [&options](VertexKind kind) {
    return options.io || !IsIo(kind);
  };
  std::string out;
  AppendTotals(topology, machine.origin, look, out);
  std::vector<Item> outline = BuildOutline(topology, hanging, keep);
  if (options.collapse) Fold(outline, look);
  AppendTree(outline, look, out);
  AppendLinks(topology, hanging, look, keep, out);
  if (options.io) AppendIommu(topology, look, out);
  AppendGaps(topology, look, out);
  AppendFaults(topology,
               options.all_faults ? std::numeric_limits<std::size_t>::max()
                                  : kFirstFaults,
               look, out);
  if (!topology.vertices().empty()) {
    out.append("\n").append(look.Paint(MarkLegend(), Role::kFaint));
    out.push_back('\n');
  }
  return out;
}

}  // namespace acceld::topo
