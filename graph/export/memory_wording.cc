#include "graph/export/memory_wording.h"

#include <optional>
#include <utility>

#include "base/utf8.h"
#include "graph/quantity.h"
#include "graph/rate_text.h"

namespace acceld::graph::exports {
namespace {

bool HasCpus(const Vertex& vertex) {
  return vertex.kind == VertexKind::kNumaNode &&
         vertex.Find(attr::kCpus) != nullptr;
}

std::string TextOf(const Distance& distance) {
  const std::string_view mark = Mark(distance.evidence);
  std::string text = Readable(distance.latency).append(mark);
  if (distance.bandwidth >= kUnlimited) return text;
  return text.append(", ").append(Readable(distance.bandwidth)).append(mark);
}

// The CPUs that reach the memory soonest: "from numa:0: 120ns, 429GB/s".
std::string NearestCpus(const Topology& topology, VertexId memory) {
  std::optional<Distance> best;
  VertexId initiator;
  for (const Vertex& vertex : topology.vertices()) {
    if (!HasCpus(vertex)) continue;
    auto distance = topology.DistanceBetween(vertex.id, memory);
    if (!distance || (best && best->latency <= distance->latency)) continue;
    best = std::move(distance);
    initiator = vertex.id;
  }
  if (!best) return {};
  return "from " + Printable(topology.vertex(initiator).key) + ": " +
         TextOf(*best);
}

// From where the memory hangs. A device's own link says it all; only from
// nodes, of which there are few, are paths searched.
std::string Reach(const Topology& topology, const Hanging& hanging,
                  const Vertex& memory) {
  const auto parent = hanging.ParentOf(memory.id);
  if (parent && HasCpus(topology.vertex(*parent))) {
    const auto distance = topology.DistanceBetween(*parent, memory.id);
    return distance ? TextOf(*distance) : std::string();
  }
  if (parent && topology.vertex(*parent).kind != VertexKind::kNumaNode) {
    const Link* link = hanging.UplinkOf(memory.id);
    return link == nullptr ? std::string() : RatesOf(*link);
  }
  return NearestCpus(topology, memory.id);
}

}  // namespace

std::string MemoryTitle(const Vertex& memory) {
  std::string title = AttributeText(memory, attr::kMemoryKind);
  const std::string size = AttributeText(memory, attr::kCapacity);
  if (!title.empty() && !size.empty()) title.push_back(' ');
  title.append(size);
  return title.empty() ? ShortName(memory) : title;
}

std::vector<Phrase> MemoryPhrases(const Topology& topology,
                                  const Hanging& hanging,
                                  const Vertex& memory) {
  std::vector<Phrase> phrases;
  std::string reach = Reach(topology, hanging, memory);
  if (!reach.empty()) phrases.push_back({std::move(reach), Tone::kPlain});
  phrases.push_back({Printable(memory.key), Tone::kFaint, true});
  const auto owners =
      topology.RelatedTo(memory.id, RelationKind::kSharesMemory);
  if (owners.size() > 1) {
    phrases.push_back(
        {"shared by " + std::to_string(owners.size()) + " devices",
         Tone::kWarning});
  }
  return phrases;
}

}  // namespace acceld::graph::exports
