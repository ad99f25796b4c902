#include "graph/export/fold.h"

#include <algorithm>
#include <map>
#include <utility>

namespace acceld::graph::exports {
namespace {

// Fewer are seen faster side by side, and can be pointed at one by one.
constexpr std::size_t kLeastToFold = 5;

// Every vertex after what stands in it.
std::vector<VertexId> ChildrenFirst(const Topology& topology,
                                    const Folding::Children& children) {
  std::vector<bool> is_child(topology.vertices().size());
  for (const Vertex& vertex : topology.vertices()) {
    for (const VertexId child : children(vertex.id)) {
      is_child[child.value()] = true;
    }
  }
  std::vector<VertexId> order;
  for (const Vertex& vertex : topology.vertices()) {
    if (!is_child[vertex.id.value()]) order.push_back(vertex.id);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& below = children(order[i]);
    order.insert(order.end(), below.begin(), below.end());
  }
  std::reverse(order.begin(), order.end());
  return order;
}

}  // namespace

Folding::Folding(const Topology& topology, const Hanging& hanging,
                 const std::vector<bool>& crosses, const Children& children,
                 bool enabled)
    : topology_(topology),
      enabled_(enabled),
      classes_(topology.vertices().size()) {
  for (const Vertex& vertex : topology.vertices()) {
    wordings_.push_back(exports::WordingOf(topology, hanging, vertex));
  }
  if (enabled) Classify(crosses, children);
}

void Folding::Classify(const std::vector<bool>& crosses,
                       const Children& children) {
  std::map<std::string, std::size_t> known;
  for (const VertexId id : ChildrenFirst(topology_, children)) {
    const auto& below = children(id);
    const bool is_alone =
        crosses[id.value()] ||
        std::any_of(below.begin(), below.end(), [this](VertexId child) {
          return classes_[child.value()] == 0;
        });
    if (is_alone) continue;
    classes_[id.value()] =
        known.emplace(SignatureOf(id, below), known.size() + 1).first->second;
  }
}

// The words by which siblings are alike, and the classes of what they hold.
std::string Folding::SignatureOf(VertexId id,
                                 const std::vector<VertexId>& children) const {
  std::string text(Name(topology_.vertex(id).kind));
  for (const Phrase& phrase : wordings_[id.value()].phrases) {
    text.push_back('\n');
    text.append(phrase.is_identity ? "\r" : phrase.text);
  }
  text.append("\n\n");
  for (const VertexId child : children) {
    text.append(std::to_string(classes_[child.value()])).push_back(' ');
  }
  return text;
}

std::size_t Folding::RunLength(const std::vector<VertexId>& siblings,
                               std::size_t start) const {
  const std::size_t wanted = classes_[siblings[start].value()];
  if (!enabled_ || wanted == 0) return 1;
  std::size_t end = start + 1;
  while (end < siblings.size() && classes_[siblings[end].value()] == wanted) {
    ++end;
  }
  return end - start < kLeastToFold ? 1 : end - start;
}

Wording Folding::WordingOf(const std::vector<VertexId>& members,
                           std::size_t count) const {
  Wording wording = wordings_[members.front().value()];
  if (members.size() == 1) return wording;
  const Wording& last = wordings_[members.back().value()];
  for (std::size_t i = 0; i < wording.phrases.size(); ++i) {
    Phrase& phrase = wording.phrases[i];
    if (phrase.text == last.phrases[i].text) continue;
    phrase.text.append("\u2026").append(last.phrases[i].text);
  }
  if (count > 1) {
    wording.title = std::to_string(count) + " \u00d7 " + wording.title;
  }
  wording.phrases.push_back({ShortName(topology_.vertex(members.front())) +
                                 "\u2026" +
                                 ShortName(topology_.vertex(members.back())),
                             Tone::kFaint, true});
  return wording;
}

}  // namespace acceld::graph::exports
