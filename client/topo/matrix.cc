#include "client/topo/matrix.h"

#include <algorithm>
#include <set>
#include <utility>

#include "client/topo/describe.h"
#include "graph/fabric_peers.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::VertexId;

struct Code {
  std::string_view letters;
  std::string_view meaning;
};

constexpr Code kSelf{"X", "itself"};
constexpr Code kFabric{"FAB", "over a fabric of their own"};
constexpr Code kByLocality[] = {
    {"DEV", "parts of the same device"},
    {"SW", "below the same PCIe switch"},
    {"RP", "below the same root port"},
    {"HB", "below the same host bridge"},
    {"NODE", "on the same NUMA node"},
    {"PKG", "in the same package, over its NUMA nodes"},
    {"SYS", "over the link between packages"},
};

std::vector<VertexId> Chosen(const Topology& topology,
                             const std::vector<VertexKind>& kinds) {
  static const std::vector<VertexKind> kUsual = {
      VertexKind::kMemoryTarget, VertexKind::kAccelerator, VertexKind::kNic};
  const std::vector<VertexKind>& wanted = kinds.empty() ? kUsual : kinds;
  std::vector<VertexId> ids;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (std::find(wanted.begin(), wanted.end(), vertex.kind) != wanted.end()) {
      ids.push_back(vertex.id);
    }
  }
  return ids;
}

const Code& CodeOf(const Topology& topology, VertexId from, VertexId to,
                   const std::set<VertexId>& peers) {
  if (from == to) return kSelf;
  if (peers.contains(to)) return kFabric;
  const Locality locality = topology.LocalityOf(from, to);
  return kByLocality[static_cast<std::size_t>(locality)];
}

std::string Cell(std::string_view text, std::size_t width) {
  std::string cell(width - std::min(width, Columns(text)), ' ');
  return cell.append(text);
}

// The texts of one row, and which classes they are.
std::vector<std::string> RowOf(const Topology& topology, VertexId from,
                               const std::vector<VertexId>& ids, MatrixOf what,
                               const Look& look,
                               std::set<std::string_view>& used) {
  std::vector<std::string> row;
  const std::set<VertexId> peers = graph::FabricPeersOf(topology, from);
  for (const VertexId to : ids) {
    const Code& code = CodeOf(topology, from, to, peers);
    const Topology::Cost cost = topology.CostBetween(from, to);
    if (what == MatrixOf::kClasses || from == to) {
      row.emplace_back(code.letters);
      used.insert(code.letters);
    } else if (!cost.reachable) {
      row.emplace_back(look.dash());
    } else if (what == MatrixOf::kLatency) {
      row.push_back(graph::Readable(cost.latency));
    } else {
      row.push_back(cost.bandwidth >= graph::kUnlimited
                        ? "any"
                        : graph::Readable(cost.bandwidth));
    }
  }
  return row;
}

void AppendLegend(MatrixOf what, const std::set<std::string_view>& used,
                  std::string& out) {
  const auto explain = [&](const Code& code) {
    if (!used.contains(code.letters)) return;
    out.append("  ").append(Cell(code.letters, 4)).append("  ");
    out.append(code.meaning).append("\n");
  };
  explain(kSelf);
  explain(kFabric);
  for (const Code& code : kByLocality) explain(code);
  if (what == MatrixOf::kLatency) {
    out.append("  from row to column, over the fastest path\n");
  } else if (what == MatrixOf::kBandwidth) {
    out.append(
        "  from row to column, over the widest path; any: parts of one "
        "device\n");
  }
}

Document OrNull(bool is_known, std::int64_t value) {
  return is_known ? Document(value) : Document();
}

}  // namespace

std::string MatrixText(const Machine& machine, const MatrixOptions& options,
                       const Look& look) {
  const Topology& topology = *machine.topology;
  const std::vector<VertexId> ids = Chosen(topology, options.kinds);
  if (ids.empty()) return "nothing of that kind in this machine\n";
  constexpr std::size_t kNarrowest = 3;  // "DEV"
  constexpr std::size_t kGap = 2;
  std::set<std::string_view> used;
  std::vector<std::vector<std::string>> rows;
  std::size_t names = 0;
  std::size_t width = kNarrowest;
  for (const VertexId id : ids) {
    names = std::max(names, Columns(KeyOf(topology, id)));
    rows.push_back(RowOf(topology, id, ids, options.what, look, used));
    for (const std::string& cell : rows.back()) {
      width = std::max(width, Columns(cell));
    }
  }
  width += kGap;
  const std::size_t number = std::to_string(ids.size() - 1).size();
  std::string out(number + 1 + names, ' ');
  for (std::size_t i = 0; i < ids.size(); ++i) {
    out.append(look.Paint(Cell(std::to_string(i), width), Role::kHeading));
  }
  out.push_back('\n');
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string key = KeyOf(topology, ids[i]);
    out.append(Cell(std::to_string(i), number)).append(" ");
    out.append(look.Paint(key, Role::kKey)).append(names - Columns(key), ' ');
    for (const std::string& cell : rows[i]) out.append(Cell(cell, width));
    out.push_back('\n');
  }
  out.append("\n");
  AppendLegend(options.what, used, out);
  return out;
}

Document MatrixDocument(const Machine& machine, const MatrixOptions& options) {
  const Topology& topology = *machine.topology;
  const std::vector<VertexId> ids = Chosen(topology, options.kinds);
  Document keys = Document::Array{};
  Document localities = Document::Array{};
  Document fabric = Document::Array{};
  Document latencies = Document::Array{};
  Document bandwidths = Document::Array{};
  for (const VertexId from : ids) {
    keys.Append(topology.vertex(from).key);
    Document classes = Document::Array{};
    Document over_fabric = Document::Array{};
    Document latency = Document::Array{};
    Document bandwidth = Document::Array{};
    const std::set<VertexId> peers = graph::FabricPeersOf(topology, from);
    for (const VertexId to : ids) {
      classes.Append(Name(topology.LocalityOf(from, to)));
      over_fabric.Append(from != to && peers.contains(to));
      const Topology::Cost cost = topology.CostBetween(from, to);
      latency.Append(OrNull(cost.reachable, cost.latency.value()));
      bandwidth.Append(
          OrNull(cost.reachable && cost.bandwidth < graph::kUnlimited,
                 cost.bandwidth.value()));
    }
    localities.Append(std::move(classes));
    fabric.Append(std::move(over_fabric));
    latencies.Append(std::move(latency));
    bandwidths.Append(std::move(bandwidth));
  }
  Document document;
  document.Set("keys", std::move(keys));
  document.Set("localities", std::move(localities));
  document.Set("fabric", std::move(fabric));
  document.Set("latencies_ns", std::move(latencies));
  document.Set("bandwidths", std::move(bandwidths));
  return document;
}

}  // namespace acceld::topo
