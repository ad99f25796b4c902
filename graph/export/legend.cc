#include "graph/export/legend.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "graph/export/drawing.h"
#include "graph/quantity.h"

namespace acceld::graph::exports {
namespace {

std::string_view WordsFor(VertexKind kind) {
  switch (kind) {
    case VertexKind::kPackage:
      return "package";
    case VertexKind::kNumaNode:
      return "NUMA node";
    case VertexKind::kMemoryTarget:
      return "memory";
    case VertexKind::kMemorySideCache:
      return "memory-side cache";
    case VertexKind::kHostBridge:
      return "host bridge";
    case VertexKind::kRootPort:
      return "root port";
    case VertexKind::kSwitchPort:
      return "switch port";
    case VertexKind::kPciFunction:
      return "PCI function";
    case VertexKind::kPlatformDevice:
      return "platform device";
    case VertexKind::kAccelerator:
      return "accelerator";
    case VertexKind::kEngine:
      return "engine";
    case VertexKind::kNic:
      return "network";
    case VertexKind::kStorage:
      return "storage";
    case VertexKind::kFabricHub:
      return "fabric";
    case VertexKind::kIommuUnit:
      return "IOMMU";
  }
  return "other";
}

// "HBM" for "memory hbm".
std::string WordsFor(const Vertex& vertex, const std::string& classes) {
  const std::size_t space = classes.find(' ');
  if (space == std::string::npos) return std::string(WordsFor(vertex.kind));
  const std::string kind = classes.substr(space + 1);
  if (kind == Name(MemoryKind::kDevice)) return "device memory";
  std::string words;
  for (const char c : kind) {
    words.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A')
                                         : c);
  }
  return words;
}

// "memory hbm" -> ".box.memory.hbm".
std::string Selector(std::string_view element, const std::string& classes) {
  std::string selector = ".";
  selector.append(element).append(".");
  for (const char c : classes) selector.push_back(c == ' ' ? '.' : c);
  return selector;
}

// A piece of the legend with its place.
class Rows {
 public:
  Rows(int top, int width) : y_(top), width_(width) {}

  void Add(const LegendEntry& entry, std::string& out) {
    constexpr int kSample = 22;
    constexpr int kSpace = 18;
    const int needed = kSample + 6 + TextWidth(entry.words, kTextFont);
    Break(needed);
    const std::string x = std::to_string(x_);
    if (entry.is_link) {
      out.append("<g class=\"link ").append(entry.classes);
      out.append("\"><path d=\"M").append(x).append(" ");
      out.append(std::to_string(y_ + kHeight / 2)).append("h");
      out.append(std::to_string(kSample)).append("\"/></g>");
    } else {
      out.append("<g class=\"box ").append(entry.classes);
      out.append("\"><rect x=\"").append(x).append("\" y=\"");
      out.append(std::to_string(y_ + 2)).append("\" width=\"");
      out.append(std::to_string(kSample)).append("\" height=\"12\"");
      out.append(" rx=\"3\"/></g>");
    }
    AddText(x_ + kSample + 6, entry.words, out);
    x_ += needed + kSpace;
  }
  void AddSentence(const std::string& words, std::string& out) {
    if (x_ != 0) NewRow();
    AddText(0, Shorten(words, width_, kTextFont), out);
    NewRow();
  }
  void NewRow() {
    x_ = 0;
    y_ += kHeight;
  }
  [[nodiscard]] int bottom() const { return y_; }

 private:
  static constexpr int kHeight = 18;

  void Break(int needed) {
    if (x_ != 0 && x_ + needed > width_) NewRow();
  }
  void AddText(int x, const std::string& words, std::string& out) const {
    AppendText({{x, y_ + 12}, kTextFont, {{words, Tone::kPlain, false}}}, "",
               out);
    out.append("\n");
  }

  int x_ = 0;
  int y_;
  int width_;
};

}  // namespace

std::vector<LegendEntry> LegendOf(const Topology& topology,
                                  const Picture& picture) {
  std::map<std::pair<VertexKind, std::string>, LegendEntry> boxes;
  for (const Box& box : picture.boxes) {
    const Vertex& vertex = topology.vertex(box.members.front());
    const std::string classes = ClassOf(vertex);
    boxes.try_emplace({vertex.kind, classes},
                      LegendEntry{false, classes, WordsFor(vertex, classes),
                                  Selector("box", classes)});
  }
  std::vector<LegendEntry> entries;
  entries.reserve(boxes.size());
  for (auto& [key, entry] : boxes) entries.push_back(std::move(entry));
  std::set<LinkKind> kinds;
  bool is_degraded = false;
  bool has_sharing = false;
  for (const Wire& wire : picture.wires) {
    has_sharing |= !wire.is_link;
    if (!wire.is_link) continue;
    kinds.insert(topology.links()[wire.index].kind);
    is_degraded |= ClassOf(topology, wire).ends_with(" degraded");
  }
  const auto add = [&entries](std::string classes, std::string words,
                              const std::string& selector) {
    entries.push_back({true, std::move(classes), std::move(words),
                       Selector("link", selector)});
  };
  for (const LinkKind kind : kinds) {
    const std::string name(Name(kind));
    add(name + " b3", name, name);
  }
  if (has_sharing) {
    const std::string name(Name(RelationKind::kSharesMemory));
    add(name, "whose memory (no link is known)", name);
  }
  if (is_degraded) {
    add("pcie degraded", "slower than it could be", "degraded");
  }
  return entries;
}

int AppendLegend(const std::vector<LegendEntry>& entries, int top, int width,
                 std::string& out) {
  Rows rows(top, width);
  for (const LegendEntry& entry : entries) rows.Add(entry, out);
  rows.AddSentence(std::string(MarkLegend()), out);
  rows.AddSentence("The thicker a line, the more bandwidth", out);
  return rows.bottom();
}

}  // namespace acceld::graph::exports
