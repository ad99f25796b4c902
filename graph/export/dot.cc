#include "graph/export/dot.h"

#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "graph/export/wording.h"
#include "graph/hanging.h"
#include "graph/link_width.h"
#include "graph/rate_text.h"

namespace acceld::graph::exports {
namespace {

constexpr std::size_t kLongestText = 4096;

// A quoted string; line feeds are line breaks of the label.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  while (true) {
    const std::size_t end = text.find('\n');
    for (const char c : Printable(text.substr(0, end), kLongestText)) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    if (end == std::string_view::npos) break;
    out.append("\\n");
    text.remove_prefix(end + 1);
  }
  return out.append("\"");
}

// The light colours of picture.css, for boxes.
std::string_view FillOf(VertexKind kind) {
  switch (kind) {
    case VertexKind::kMemoryTarget:
    case VertexKind::kMemorySideCache:
      return "#f6eecb";
    case VertexKind::kRootPort:
    case VertexKind::kSwitchPort:
      return "#dbe4ef";
    case VertexKind::kAccelerator:
      return "#dfebff";
    case VertexKind::kEngine:
      return "#c9dcfb";
    case VertexKind::kNic:
      return "#dff3e4";
    case VertexKind::kStorage:
      return "#efe4fa";
    case VertexKind::kFabricHub:
      return "#e2defb";
    default:
      return "#ffffff";
  }
}

std::string_view ColourOf(LinkKind kind) {
  switch (kind) {
    case LinkKind::kPcie:
      return "#69778a";
    case LinkKind::kMemoryBus:
      return "#a88a14";
    case LinkKind::kSocketLink:
      return "#b3261e";
    case LinkKind::kFabric:
      return "#5a45c8";
    case LinkKind::kCxl:
      return "#15837a";
    case LinkKind::kOnDie:
      return "#8b97a6";
  }
  return "#69778a";
}

bool IsCluster(VertexKind kind) {
  return kind == VertexKind::kPackage || kind == VertexKind::kNumaNode ||
         kind == VertexKind::kHostBridge;
}

class Writer {
 public:
  explicit Writer(const Topology& topology)
      : topology_(topology), hanging_(topology) {}

  std::string Write(const std::string& name) {
    out_.append("graph ").append(Quoted(name.empty() ? "machine" : name));
    out_.append(
        " {\n  graph [compound=true, fontname=\"sans-serif\", newrank=true]\n"
        "  node [shape=box, style=filled, fontname=\"sans-serif\", "
        "fontsize=10]\n"
        "  edge [fontname=\"sans-serif\", fontsize=9]\n");
    for (const VertexId id : hanging_.roots()) AddBranch(id, 1);
    for (const Vertex& vertex : topology_.vertices()) {
      if (vertex.kind == VertexKind::kIommuUnit) AddNode(vertex, 1);
    }
    for (const Link& link : topology_.links()) AddLink(link);
    for (const Relation& relation : topology_.relations()) AddShare(relation);
    return std::move(out_.append("}\n"));
  }

 private:
  void Indent(int depth) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
  }

  void AddBranch(VertexId id, int depth) {
    const Vertex& vertex = topology_.vertex(id);
    const bool is_cluster = IsCluster(vertex.kind);
    if (is_cluster) {
      Indent(depth);
      out_.append("subgraph ").append(Quoted("cluster_" + vertex.key));
      out_.append(" {\n");
      Indent(++depth);
      out_.append("label=").append(Quoted(vertex.key)).append("\n");
    }
    AddNode(vertex, depth);
    for (const VertexId child : hanging_.ChildrenOf(id)) {
      AddBranch(child, depth);
    }
    if (!is_cluster) return;
    Indent(depth - 1);
    out_.append("}\n");
  }

  void AddNode(const Vertex& vertex, int depth) {
    const Wording wording = WordingOf(topology_, hanging_, vertex);
    std::string label = wording.title;
    for (const Phrase& phrase : wording.phrases) {
      label.append("\n").append(phrase.text);
    }
    Indent(depth);
    out_.append(Quoted(vertex.key)).append(" [label=").append(Quoted(label));
    out_.append(", class=").append(Quoted(Name(vertex.kind)));
    out_.append(", fillcolor=\"").append(FillOf(vertex.kind)).append("\"]\n");
  }

  // Only the links of the tree rank what they join: crossings, of which there
  // may be thousands, would take Graphviz minutes.
  void AddLink(const Link& link) {
    AddEdge(link.from, link.to);
    out_.append(" [color=\"").append(ColourOf(link.kind));
    const bool is_tree = hanging_.Shows(link);
    out_.append(is_tree ? "\"" : "\", constraint=false");
    out_.append(", class=").append(Quoted(Name(link.kind)));
    const std::string width = WidthOf(topology_, link).text;
    const std::string words =
        (width.empty() ? "" : width + ", ") + RatesOf(link);
    out_.append(", tooltip=").append(Quoted(words));
    out_.append("]\n");
  }

  void AddShare(const Relation& relation) {
    if (relation.kind != RelationKind::kSharesMemory) return;
    AddEdge(relation.from, relation.to);
    out_.append(" [style=dashed, constraint=false, class=");
    out_.append(Quoted(Name(relation.kind))).append("]\n");
  }

  void AddEdge(VertexId from, VertexId to) {
    out_.append("  ").append(Quoted(topology_.vertex(from).key));
    out_.append(" -- ").append(Quoted(topology_.vertex(to).key));
  }

  const Topology& topology_;
  Hanging hanging_;
  std::string out_;
};

}  // namespace

std::string DotText(const Topology& topology, const std::string& name) {
  return Writer(topology).Write(name);
}

}  // namespace acceld::graph::exports
