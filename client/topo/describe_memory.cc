#include "client/topo/describe_memory.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "client/topo/describe.h"
#include "graph/quantity.h"
#include "graph/rate_text.h"

namespace acceld::topo {
namespace {

using graph::Relation;
using graph::Topology;
using graph::VertexId;

template <typename T>
std::optional<Sourced<T>> FirstOf(const std::vector<Attribute>& attributes,
                                  std::string_view best,
                                  std::string_view second) {
  for (const std::string_view name : {best, second}) {
    for (const Attribute& attribute : attributes) {
      const T* value = std::get_if<T>(&attribute.value);
      if (attribute.name == name && value != nullptr) {
        return Sourced<T>{*value, attribute.from};
      }
    }
  }
  return std::nullopt;
}

// The node that the memory belongs to, where it is exactly one.
std::optional<VertexId> OwnNode(const Topology& topology, VertexId memory) {
  const auto nodes = topology.RelatedFrom(memory, RelationKind::kMemoryOf);
  if (nodes.size() != 1) return std::nullopt;
  return nodes.front();
}

bool HasCpus(const graph::Vertex& vertex) {
  return vertex.kind == VertexKind::kNumaNode &&
         !TextOf(vertex, attr::kCpus).empty();
}

// What one initiator sees, in words; ordered by latency, unknown last.
struct Seen {
  std::int64_t order = std::numeric_limits<std::int64_t>::max();
  std::string text;
};

// What the CPUs see of a memory for which the firmware states nothing, over
// the links.
std::vector<Seen> ComputedAccesses(const Topology& topology, VertexId memory) {
  std::vector<Seen> found;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (!HasCpus(vertex)) continue;
    const auto distance = topology.DistanceBetween(vertex.id, memory);
    if (!distance) continue;
    const std::string_view mark = graph::Mark(distance->evidence);
    std::string text = "from " + KeyOf(topology, vertex.id) + ": ";
    text.append(graph::Readable(distance->latency)).append(mark).append(", ");
    text.append(graph::Readable(distance->bandwidth)).append(mark);
    found.push_back({distance->latency.value(), std::move(text)});
  }
  return found;
}

// A line lists no more initiators than this; `accel-topo memory` has all.
constexpr std::size_t kMostInitiators = 4;

void AddInitiators(std::vector<Seen> seen, std::vector<Token>& tokens) {
  std::stable_sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return a.order < b.order;
  });
  const std::size_t shown = std::min(seen.size(), kMostInitiators);
  for (std::size_t i = 0; i < shown; ++i) {
    tokens.push_back({.text = std::move(seen[i].text)});
  }
  const std::size_t left = seen.size() - shown;
  if (left == 0) return;
  tokens.push_back({.text = "and " + std::to_string(left) +
                            (left == 1 ? " more" : " more initiators")});
}

// The memory of a node with CPUs shows what those see; any other shows
// everybody who reaches it.
void AddAccesses(const Topology& topology, const graph::Hanging& hanging,
                 VertexId memory, std::vector<Token>& tokens) {
  const auto own = OwnNode(topology, memory);
  const auto parent = hanging.ParentOf(memory);
  const bool of_cpus = own && HasCpus(topology.vertex(*own));
  std::vector<Seen> stated;
  for (const Access& access : AccessesTo(topology, memory)) {
    const std::string values = TextOf(access);
    if (access.initiator == own && !values.empty()) {
      return tokens.push_back({.text = values});
    }
    Seen seen{.text = "from " + KeyOf(topology, access.initiator)};
    if (access.latency) seen.order = access.latency->value.value();
    if (!values.empty()) seen.text.append(": ").append(values);
    stated.push_back(std::move(seen));
  }
  const graph::Link* link = hanging.UplinkOf(memory);
  if (link != nullptr && (of_cpus || (parent && parent != own))) {
    return tokens.push_back({.text = graph::RatesOf(*link)});
  }
  if (!stated.empty()) return AddInitiators(std::move(stated), tokens);
  if (!of_cpus) AddInitiators(ComputedAccesses(topology, memory), tokens);
}

void AddOwners(const Topology& topology, const graph::Hanging& hanging,
               VertexId memory, std::vector<Token>& tokens) {
  const auto owners = topology.RelatedTo(memory, RelationKind::kSharesMemory);
  if (owners.empty()) return;
  if (owners.size() == 1 && hanging.ParentOf(memory) == owners.front()) return;
  std::string text = owners.size() == 1 ? "memory of " : "shared by ";
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (i != 0) text.append(i + 1 == owners.size() ? " and " : ", ");
    text.append(KeyOf(topology, owners[i]));
  }
  tokens.push_back({.text = std::move(text), .role = Role::kWarning});
}

}  // namespace

std::vector<Access> AccessesTo(const Topology& topology, VertexId memory) {
  std::vector<Access> accesses;
  for (const Relation& relation : topology.relations()) {
    if (relation.kind != RelationKind::kAccess || relation.to != memory) {
      continue;
    }
    accesses.push_back(
        {relation.from,
         FirstOf<Nanoseconds>(relation.attributes, "read_latency",
                              "write_latency"),
         FirstOf<BytesPerSecond>(relation.attributes, "read_bandwidth",
                                 "write_bandwidth")});
  }
  return accesses;
}

std::string TextOf(const Access& access) {
  std::string text;
  if (access.latency) text.append(graph::Marked(*access.latency));
  if (access.latency && access.bandwidth) text.append(", ");
  if (access.bandwidth) text.append(graph::Marked(*access.bandwidth));
  return text;
}

std::vector<Token> DescribeMemory(const Topology& topology,
                                  const graph::Hanging& hanging,
                                  const graph::Vertex& vertex) {
  std::vector<Token> tokens;
  std::string what = TextOf(vertex, attr::kMemoryKind);
  const std::string size = TextOf(vertex, attr::kCapacity);
  if (!what.empty() && !size.empty()) what.push_back(' ');
  what.append(size);
  if (what.empty()) what = "size and kind not known";
  if (TextOf(vertex, "online") == "false") what.append(", not online");
  tokens.push_back({.text = std::move(what)});
  if (vertex.kind == VertexKind::kMemoryTarget) {
    AddAccesses(topology, hanging, vertex.id, tokens);
  }
  AddOwners(topology, hanging, vertex.id, tokens);
  return tokens;
}

}  // namespace acceld::topo
