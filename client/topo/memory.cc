#include "client/topo/memory.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "client/topo/describe_memory.h"
#include "client/topo/table.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

std::string Keys(const Topology& topology, const std::vector<VertexId>& ids) {
  std::string text;
  for (const VertexId id : ids) {
    text.append(text.empty() ? "" : ", ").append(KeyOf(topology, id));
  }
  return text;
}

// The firmware's word for the pair, else what the graph computes for it.
struct View {
  std::string initiator{};
  std::string latency{};
  std::string bandwidth{};
  std::string source{};
};

View StatedView(const Topology& topology, const Access& access) {
  View view{.initiator = KeyOf(topology, access.initiator)};
  if (access.latency) {
    view.latency = graph::Marked(*access.latency);
    view.source = Printable(access.latency->from.source);
  }
  if (access.bandwidth) {
    view.bandwidth = graph::Marked(*access.bandwidth);
    view.source = Printable(access.bandwidth->from.source);
  }
  return view;
}

bool HasCpus(const Vertex& vertex) {
  return vertex.kind == VertexKind::kNumaNode &&
         !TextOf(vertex, attr::kCpus).empty();
}

// The nodes with CPUs; for what a device keeps to itself, that device.
std::vector<VertexId> UsualInitiators(const Topology& topology,
                                      VertexId memory) {
  auto owners = topology.RelatedTo(memory, RelationKind::kSharesMemory);
  const bool on_node =
      !topology.RelatedFrom(memory, RelationKind::kMemoryOf).empty();
  if (owners.size() == 1 && !on_node) return owners;
  std::vector<VertexId> nodes;
  for (const Vertex& vertex : topology.vertices()) {
    if (HasCpus(vertex)) nodes.push_back(vertex.id);
  }
  return nodes;
}

std::vector<View> ViewsOf(const Topology& topology, VertexId memory) {
  std::vector<View> views;
  std::vector<VertexId> stated;
  for (const Access& access : AccessesTo(topology, memory)) {
    views.push_back(StatedView(topology, access));
    stated.push_back(access.initiator);
  }
  for (const VertexId initiator : UsualInitiators(topology, memory)) {
    if (std::find(stated.begin(), stated.end(), initiator) != stated.end()) {
      continue;
    }
    const auto distance = topology.DistanceBetween(initiator, memory);
    if (!distance) continue;
    const std::string_view mark = graph::Mark(distance->evidence);
    views.push_back(
        {.initiator = KeyOf(topology, initiator),
         .latency = graph::Readable(distance->latency).append(mark),
         .bandwidth = graph::Readable(distance->bandwidth).append(mark),
         .source = "sum of the path's links"});
  }
  return views;
}

std::string KindOf(const Vertex& vertex) {
  std::string kind = TextOf(vertex, attr::kMemoryKind);
  if (TextOf(vertex, "online") == "false") {
    kind.append(kind.empty() ? "not online" : ", not online");
  }
  return kind;
}

void AddRows(const Topology& topology, const Vertex& vertex, Table& table) {
  const auto nodes = topology.RelatedFrom(vertex.id, RelationKind::kMemoryOf);
  const auto owners =
      topology.RelatedTo(vertex.id, RelationKind::kSharesMemory);
  std::vector<View> views = ViewsOf(topology, vertex.id);
  if (views.empty()) views.emplace_back();
  bool first = true;
  for (const View& view : views) {
    const auto once = [first](std::string text) {
      return first ? std::move(text) : std::string();
    };
    table.AddRow({once(Printable(vertex.key)), once(KindOf(vertex)),
                  once(TextOf(vertex, attr::kCapacity)),
                  once(Keys(topology, nodes)), once(Keys(topology, owners)),
                  view.initiator, view.latency, view.bandwidth, view.source});
    first = false;
  }
}

Document InitiatorsOf(const Topology& topology, VertexId memory) {
  Document initiators = Document::Array{};
  for (const Access& access : AccessesTo(topology, memory)) {
    Document one;
    one.Set("key", topology.vertex(access.initiator).key);
    if (access.latency) {
      one.Set("latency", ToString(access.latency->value));
      one.Set("source", access.latency->from.source);
    }
    if (access.bandwidth) {
      one.Set("bandwidth", ToString(access.bandwidth->value));
      if (!access.latency) one.Set("source", access.bandwidth->from.source);
    }
    initiators.Append(std::move(one));
  }
  return initiators;
}

Document KeyArray(const Topology& topology, const std::vector<VertexId>& ids) {
  Document keys = Document::Array{};
  for (const VertexId id : ids) keys.Append(topology.vertex(id).key);
  return keys;
}

}  // namespace

std::string MemoryText(const Machine& machine, const Look& look) {
  Table table({"memory", "kind", "size", "node", "owners", "from", "latency",
               "bandwidth", "source"});
  for (const Vertex& vertex : machine.topology->vertices()) {
    if (vertex.kind == VertexKind::kMemoryTarget) {
      AddRows(*machine.topology, vertex, table);
    }
  }
  if (table.empty()) return "no memory in this machine\n";
  std::string out = table.ToText(look);
  out.append("\n")
      .append(look.Paint(graph::MarkLegend(), Role::kFaint))
      .append("\n");
  return out;
}

Document MemoryDocument(const Machine& machine) {
  const Topology& topology = *machine.topology;
  Document memories = Document::Array{};
  for (const Vertex& vertex : topology.vertices()) {
    if (vertex.kind != VertexKind::kMemoryTarget) continue;
    Document memory;
    memory.Set("key", vertex.key);
    for (const std::string_view name : {attr::kMemoryKind, attr::kCapacity}) {
      const AttributeValue* value = vertex.Get(name);
      if (value == nullptr) continue;
      memory.Set(name == attr::kMemoryKind ? "kind" : "capacity",
                 ToDocument(*value));
    }
    if (const AttributeValue* online = vertex.Get("online")) {
      memory.Set("online", ToDocument(*online));
    }
    memory.Set("nodes",
               KeyArray(topology, topology.RelatedFrom(
                                      vertex.id, RelationKind::kMemoryOf)));
    memory.Set("owners",
               KeyArray(topology, topology.RelatedTo(
                                      vertex.id, RelationKind::kSharesMemory)));
    memory.Set("initiators", InitiatorsOf(topology, vertex.id));
    memories.Append(std::move(memory));
  }
  Document document;
  document.Set("memories", std::move(memories));
  return document;
}

}  // namespace acceld::topo
