#include "graph/export/svg.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "graph/export/assets.h"
#include "graph/export/columns.h"
#include "graph/export/draw_picture.h"
#include "graph/export/drawing.h"
#include "graph/export/legend.h"
#include "graph/export/markup.h"

namespace acceld::graph::exports {
namespace {

constexpr int kMargin = 16;
constexpr int kHeadingHeight = 44;
constexpr int kLeastWidth = 480;  // of the heading and the legend
constexpr Font kHeadingFont{18, true};

void AppendHeading(const std::string& name, const std::string& totals,
                   int width, std::string& out) {
  AppendText({{0, 18},
              kHeadingFont,
              {{Shorten(name, width, kHeadingFont), Tone::kPlain, false}}},
             "", out);
  AppendText({{0, 35},
              kTextFont,
              {{Shorten(totals, width, kTextFont), Tone::kFaint, false}}},
             "", out);
  out.append("\n");
}

void AppendFileStart(const Size& size, const std::string& name,
                     const std::string& totals, std::string& out) {
  const std::string width = std::to_string(size.width);
  const std::string height = std::to_string(size.height);
  out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\"");
  out.append(" width=\"").append(width).append("\" height=\"").append(height);
  out.append("\" viewBox=\"0 0 ").append(width).append(" ").append(height);
  out.append("\" role=\"graphics-document\">\n<title>");
  AppendEscaped(name, out);
  out.append("</title>\n<desc>");
  AppendEscaped(totals, out);
  out.append("</desc>\n<style>\n").append(kPictureStyle);
  out.append("</style>\n<rect class=\"page\" width=\"100%\"");
  out.append(" height=\"100%\"/>\n<g transform=\"translate(");
  out.append(std::to_string(kMargin)).append(" ");
  out.append(std::to_string(kMargin)).append(")\">\n");
}

}  // namespace

std::string TotalsOf(const Topology& topology) {
  constexpr std::array<std::pair<VertexKind, std::array<std::string_view, 2>>,
                       8>
      kCounted{{{VertexKind::kPackage, {"package", "packages"}},
                {VertexKind::kNumaNode, {"NUMA node", "NUMA nodes"}},
                {VertexKind::kMemoryTarget, {"memory", "memories"}},
                {VertexKind::kPciFunction, {"PCI function", "PCI functions"}},
                {VertexKind::kAccelerator, {"accelerator", "accelerators"}},
                {VertexKind::kNic, {"NIC", "NICs"}},
                {VertexKind::kStorage, {"storage device", "storage devices"}},
                {VertexKind::kFabricHub, {"fabric", "fabrics"}}}};
  std::map<VertexKind, std::size_t> counts;
  for (const Vertex& vertex : topology.vertices()) ++counts[vertex.kind];
  std::string text;
  const auto add = [&text](std::size_t count, const auto& words) {
    if (count == 0) return;
    text.append(text.empty() ? "" : ", ").append(std::to_string(count));
    text.append(" ").append(words[count == 1 ? 0 : 1]);
  };
  for (const auto& [kind, words] : kCounted) add(counts[kind], words);
  add(topology.links().size(), std::array{"link", "links"});
  return text.empty() ? "nothing was found" : text;
}

std::string SvgText(const Topology& topology, const Heading& heading,
                    const PictureOptions& options) {
  const Picture picture = DrawPicture(topology, options);
  const int width = std::max(picture.width, kLeastWidth);
  const std::string name =
      heading.name.empty() ? std::string("machine") : heading.name;
  const std::string totals = TotalsOf(topology);
  std::string body;
  AppendHeading(name, totals, width, body);
  body.append("<g transform=\"translate(0 ");
  body.append(std::to_string(kHeadingHeight)).append(")\">\n");
  AppendDrawing(topology, picture, body);
  const int bottom = AppendLegend(LegendOf(topology, picture),
                                  picture.height + kMargin, width, body);
  body.append("</g>\n</g>\n</svg>\n");
  std::string out;
  AppendFileStart({width + 2 * kMargin, bottom + kHeadingHeight + 2 * kMargin},
                  name, totals, out);
  return out.append(body);
}

}  // namespace acceld::graph::exports
