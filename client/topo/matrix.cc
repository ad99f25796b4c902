#include "client/topo/matrix.h"

#include <algorithm>
#include <set>
#include <utility>

#include "client/topo/describe.h"
#include "client/topo/hanging.h"

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

// What fabric links lead to from `from`, hubs being passed through. Asked
// apart from the distance: two devices below one switch that are joined by a
// fabric too talk over the fabric, although the switch has the lower latency.
std::set<VertexId> FabricPeersOf(const Topology& topology, VertexId from) {
  std::set<VertexId> peers;
  std::vector<VertexId> front = {from};
  while (!front.empty()) {
    const VertexId id = front.back();
    front.pop_back();
    for (const std::uint32_t index : topology.LinksOf(id)) {
      const graph::Link& link = topology.links()[index];
      const VertexId other = OtherEnd(link, id);
      if (link.kind != LinkKind::kFabric || !peers.insert(other).second) {
        continue;
      }
      if (topology.vertex(other).kind == VertexKind::kFabricHub) {
        front.push_back(other);
      }
    }
  }
  return peers;
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

}  // namespace

std::string MatrixText(const Machine& machine,
                       const std::vector<VertexKind>& kinds, const Look& look) {
  const Topology& topology = *machine.topology;
  const std::vector<VertexId> ids = Chosen(topology, kinds);
  if (ids.empty()) return "nothing of that kind in this machine\n";
  constexpr std::size_t kWidth = 5;
  std::size_t names = 0;
  for (const VertexId id : ids) {
    names = std::max(names, Columns(KeyOf(topology, id)));
  }
  const std::size_t number = std::to_string(ids.size() - 1).size();
  std::string out(number + 1 + names, ' ');
  for (std::size_t i = 0; i < ids.size(); ++i) {
    out.append(look.Paint(Cell(std::to_string(i), kWidth), Role::kHeading));
  }
  out.push_back('\n');
  std::set<std::string_view> used;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::string key = KeyOf(topology, ids[i]);
    const std::size_t pad = names - Columns(key);
    out.append(Cell(std::to_string(i), number)).append(" ");
    out.append(look.Paint(key, Role::kKey)).append(pad, ' ');
    const std::set<VertexId> peers = FabricPeersOf(topology, ids[i]);
    for (const VertexId other : ids) {
      const Code& code = CodeOf(topology, ids[i], other, peers);
      out.append(Cell(code.letters, kWidth));
      used.insert(code.letters);
    }
    out.push_back('\n');
  }
  out.append("\n");
  const auto explain = [&](const Code& code) {
    if (!used.contains(code.letters)) return;
    out.append("  ").append(Cell(code.letters, 4)).append("  ");
    out.append(code.meaning).append("\n");
  };
  explain(kSelf);
  explain(kFabric);
  for (const Code& code : kByLocality) explain(code);
  return out;
}

Document MatrixDocument(const Machine& machine,
                        const std::vector<VertexKind>& kinds) {
  const Topology& topology = *machine.topology;
  const std::vector<VertexId> ids = Chosen(topology, kinds);
  Document keys = Document::Array{};
  Document localities = Document::Array{};
  Document fabric = Document::Array{};
  for (const VertexId from : ids) {
    keys.Append(topology.vertex(from).key);
    Document classes = Document::Array{};
    Document over_fabric = Document::Array{};
    const std::set<VertexId> peers = FabricPeersOf(topology, from);
    for (const VertexId to : ids) {
      classes.Append(Name(topology.LocalityOf(from, to)));
      over_fabric.Append(from != to && peers.contains(to));
    }
    localities.Append(std::move(classes));
    fabric.Append(std::move(over_fabric));
  }
  Document document;
  document.Set("keys", std::move(keys));
  document.Set("localities", std::move(localities));
  document.Set("fabric", std::move(fabric));
  return document;
}

}  // namespace acceld::topo
