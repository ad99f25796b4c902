#include "graph/export/drawing.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "graph/export/markup.h"
#include "graph/export/text_block.h"
#include "graph/export/tooltip.h"
#include "graph/link_width.h"

namespace acceld::graph::exports {
namespace {

std::string_view ClassOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kFaint:
      return "faint";
    case Tone::kWarning:
      return "warning";
    case Tone::kBad:
      return "bad";
  }
  return "";
}

void AppendNumber(std::string_view name, int value, std::string& out) {
  out.append(" ").append(name).append("=\"");
  out.append(std::to_string(value)).append("\"");
}

// The start of a <g>, with what its reader may ask for.
struct Element {
  std::string id;
  std::string classes;
  std::string_view data;  // the name of the number: data-NAME
  std::uint32_t index = 0;
  std::string tooltip;
};

void AppendStart(const Element& element, std::string& out) {
  out.append("<g id=\"");
  AppendEscaped(element.id, out);
  out.append("\" class=\"").append(element.classes);
  out.append("\" data-").append(element.data).append("=\"");
  out.append(std::to_string(element.index)).append("\"><title>");
  AppendEscaped(element.tooltip, out);
  out.append("</title>");
}

void AppendRect(const Rect& rect, std::string& out) {
  out.append("<rect");
  AppendNumber("x", rect.x, out);
  AppendNumber("y", rect.y, out);
  AppendNumber("width", rect.width, out);
  AppendNumber("height", rect.height, out);
  out.append(" rx=\"3\"/>");
}

// "M0 0H10V5": every piece is level or upright.
void AppendPath(const std::vector<Point>& points, std::string& out) {
  out.append("<path d=\"M").append(std::to_string(points.front().x));
  out.append(" ").append(std::to_string(points.front().y));
  for (std::size_t i = 1; i < points.size(); ++i) {
    const bool is_level = points[i].y == points[i - 1].y;
    out.append(is_level ? "H" : "V");
    out.append(std::to_string(is_level ? points[i].x : points[i].y));
  }
  out.append("\"/>");
}

void AppendBox(const Topology& topology, const Box& box, std::string& out) {
  const Vertex& vertex = topology.vertex(box.members.front());
  std::string classes = "box " + exports::ClassOf(vertex);
  if (box.members.size() > 1) classes.append(" folded");
  if (topology.RelatedTo(vertex.id, RelationKind::kSharesMemory).size() > 1) {
    classes.append(" shared");
  }
  AppendStart({vertex.key, std::move(classes), "vertex", vertex.id.value(),
               TooltipOf(topology, box.members)},
              out);
  AppendRect(box.rect, out);
  for (const TextLine& line : box.lines) AppendText(line, "", out);
  out.append("</g>\n");
}

// "link:fabric:A--B"; two of one kind between the same ends are numbered.
class WireIds {
 public:
  explicit WireIds(const Topology& topology) : topology_(topology) {}
  std::string IdOf(const Wire& wire) {
    std::string id = "link:";
    if (wire.is_link) {
      const Link& link = topology_.links()[wire.index];
      Append(Name(link.kind), link.from, link.to, id);
    } else {
      const Relation& relation = topology_.relations()[wire.index];
      Append(Name(relation.kind), relation.from, relation.to, id);
    }
    const int earlier = counts_[id]++;
    return earlier == 0 ? id : id + "--" + std::to_string(earlier + 1);
  }

 private:
  void Append(std::string_view kind, VertexId from, VertexId to,
              std::string& id) const {
    id.append(kind).append(":").append(topology_.vertex(from).key);
    id.append("--").append(topology_.vertex(to).key);
  }

  const Topology& topology_;
  std::unordered_map<std::string, int> counts_;
};

// From below 2GB/s to 256GB/s and more.
std::string_view BandwidthClass(const Link& link) {
  constexpr std::int64_t kGiga = 1'000'000'000;
  constexpr std::array<std::int64_t, 4> kSteps{2 * kGiga, 16 * kGiga,
                                               64 * kGiga, 256 * kGiga};
  constexpr std::array<std::string_view, 5> kClasses{" b1", " b2", " b3", " b4",
                                                     " b5"};
  const std::int64_t bandwidth =
      std::max(link.forward.bandwidth.value, link.backward.bandwidth.value)
          .value();
  if (bandwidth >= kUnlimited.value()) return kClasses[2];
  const auto step = std::upper_bound(kSteps.begin(), kSteps.end(), bandwidth);
  return kClasses[static_cast<std::size_t>(step - kSteps.begin())];
}

}  // namespace

std::string ClassOf(const Vertex& vertex) {
  std::string classes(Name(vertex.kind));
  if (vertex.kind != VertexKind::kMemoryTarget) return classes;
  const AttributeValue* value = vertex.Get(attr::kMemoryKind);
  const auto* name =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  const auto kind = name == nullptr ? std::nullopt : ParseMemoryKind(*name);
  if (kind) classes.append(" ").append(Name(*kind));
  return classes;
}

std::string ClassOf(const Topology& topology, const Wire& wire) {
  if (!wire.is_link) {
    return std::string(Name(topology.relations()[wire.index].kind));
  }
  const Link& link = topology.links()[wire.index];
  std::string classes(Name(link.kind));
  classes.append(BandwidthClass(link));
  if (!link.attributes.empty() && WidthOf(topology, link).IsBelowMaximum()) {
    classes.append(" degraded");
  }
  return classes;
}

void AppendText(const TextLine& line, std::string_view text_class,
                std::string& out) {
  out.append("<text");
  AppendNumber("x", line.at.x, out);
  AppendNumber("y", line.at.y, out);
  out.append(" class=\"t").append(std::to_string(line.font.size));
  if (!text_class.empty()) out.append(" ").append(text_class);
  out.append("\">");
  bool is_first = true;
  for (const Phrase& phrase : line.phrases) {
    if (!is_first) out.append(kPhraseGap);
    is_first = false;
    const std::string_view tone = ClassOf(phrase.tone);
    if (tone.empty()) {
      AppendEscaped(phrase.text, out);
      continue;
    }
    out.append("<tspan class=\"").append(tone).append("\">");
    AppendEscaped(phrase.text, out);
    out.append("</tspan>");
  }
  out.append("</text>");
}

void AppendDrawing(const Topology& topology, const Picture& picture,
                   std::string& out) {
  out.append("<g>\n");
  for (const Box& box : picture.boxes) AppendBox(topology, box, out);
  out.append("</g>\n<g>\n");
  WireIds ids(topology);
  for (const Wire& wire : picture.wires) {
    AppendStart({ids.IdOf(wire), "link " + ClassOf(topology, wire),
                 wire.is_link ? "link" : "relation", wire.index,
                 TooltipOf(topology, wire)},
                out);
    AppendPath(wire.points, out);
    out.append("</g>\n");
  }
  out.append("</g>\n<g>\n");
  for (const TextLine& label : picture.labels) {
    AppendText(label, "label", out);
    out.append("\n");
  }
  out.append("</g>\n");
}

}  // namespace acceld::graph::exports
