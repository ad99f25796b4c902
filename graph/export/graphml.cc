#include "graph/export/graphml.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/export/markup.h"

namespace acceld::graph::exports {
namespace {

enum class Type { kBoolean, kLong, kString };

std::string_view NameOf(Type type) {
  switch (type) {
    case Type::kBoolean:
      return "boolean";
    case Type::kLong:
      return "long";
    case Type::kString:
      return "string";
  }
  return "string";
}

Type TypeOf(const AttributeValue& value) {
  if (std::holds_alternative<bool>(value)) return Type::kBoolean;
  if (std::holds_alternative<std::string>(value) ||
      std::holds_alternative<std::vector<std::string>>(value)) {
    return Type::kString;
  }
  return Type::kLong;
}

std::string TextOf(const AttributeValue& value) {
  return std::visit(
      [&value](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::int64_t>) {
          return std::to_string(held);
        } else if constexpr (requires { held.value(); }) {
          return std::to_string(held.value());
        } else {
          return ToText(value);
        }
      },
      value);
}

std::string TextOf(const Provenance& from) {
  std::string text(EvidenceName(from.evidence));
  if (!from.source.empty()) text.append(": ").append(from.source);
  return text;
}

// One value of a node or an edge.
struct Datum {
  std::string name;
  Type type;
  std::string text;
};

void Add(std::string name, std::string_view text, std::vector<Datum>& data) {
  data.push_back({std::move(name), Type::kString, std::string(text)});
}

// A name that we use ourselves stays ours: one key has one value.
void AddAttribute(const Attribute& attribute, std::vector<Datum>& data) {
  for (const Datum& datum : data) {
    if (datum.name == attribute.name) return;
  }
  data.push_back(
      {attribute.name, TypeOf(attribute.value), TextOf(attribute.value)});
  Add(attribute.name + ".from", TextOf(attribute.from), data);
}

void AddRate(const Rate& rate, std::string_view suffix,
             std::vector<Datum>& data) {
  const auto add = [&](std::string_view name, std::int64_t value,
                       const Provenance& from) {
    const std::string full = std::string(name).append(suffix);
    data.push_back({full, Type::kLong, std::to_string(value)});
    Add(full + ".from", TextOf(from), data);
  };
  if (rate.bandwidth.value < kUnlimited) {
    add("bandwidth", rate.bandwidth.value.value(), rate.bandwidth.from);
  }
  add("latency", rate.latency.value.value(), rate.latency.from);
}

// The names in use and their types; where two disagree, text.
class Keys {
 public:
  void Note(const std::vector<Datum>& data) {
    for (const Datum& datum : data) {
      const auto [at, is_new] = types_.try_emplace(datum.name, datum.type);
      if (!is_new && at->second != datum.type) at->second = Type::kString;
    }
  }
  // `domain`: "node" or "edge"; its first letter starts the ids.
  void Declare(std::string_view domain, std::string& out) {
    for (const auto& [name, type] : types_) {
      const std::string id =
          std::string(domain.substr(0, 1)) + std::to_string(ids_.size());
      ids_[name] = id;
      out.append("  <key id=\"").append(id).append("\" for=\"");
      out.append(domain).append("\" attr.name=\"");
      AppendEscaped(name, out);
      out.append("\" attr.type=\"").append(NameOf(type)).append("\"/>\n");
    }
  }
  void Append(const std::vector<Datum>& data, std::string& out) const {
    for (const Datum& datum : data) {
      out.append("<data key=\"").append(ids_.at(datum.name)).append("\">");
      AppendEscaped(datum.text, out);
      out.append("</data>");
    }
  }

 private:
  std::map<std::string, Type> types_;
  std::map<std::string, std::string> ids_;
};

struct Edge {
  VertexId from;
  VertexId to;
  std::vector<Datum> data;
};

std::vector<Datum> DataOf(const Vertex& vertex) {
  std::vector<Datum> data;
  Add("kind", Name(vertex.kind), data);
  for (const Attribute& attribute : vertex.attributes) {
    AddAttribute(attribute, data);
  }
  return data;
}

std::vector<Edge> EdgesOf(const Topology& topology) {
  std::vector<Edge> edges;
  for (const Link& link : topology.links()) {
    Edge edge{link.from, link.to, {}};
    Add("class", "link", edge.data);
    Add("kind", Name(link.kind), edge.data);
    AddRate(link.forward, "", edge.data);
    AddRate(link.backward, ".back", edge.data);
    for (const Attribute& attribute : link.attributes) {
      AddAttribute(attribute, edge.data);
    }
    edges.push_back(std::move(edge));
  }
  for (const Relation& relation : topology.relations()) {
    Edge edge{relation.from, relation.to, {}};
    Add("class", "relation", edge.data);
    Add("kind", Name(relation.kind), edge.data);
    Add("from", TextOf(relation.provenance), edge.data);
    for (const Attribute& attribute : relation.attributes) {
      AddAttribute(attribute, edge.data);
    }
    edges.push_back(std::move(edge));
  }
  return edges;
}

}  // namespace

std::string GraphmlText(const Topology& topology, const std::string& name) {
  std::vector<std::vector<Datum>> nodes;
  Keys node_keys;
  for (const Vertex& vertex : topology.vertices()) {
    nodes.push_back(DataOf(vertex));
    node_keys.Note(nodes.back());
  }
  const std::vector<Edge> edges = EdgesOf(topology);
  Keys edge_keys;
  for (const Edge& edge : edges) edge_keys.Note(edge.data);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  node_keys.Declare("node", out);
  edge_keys.Declare("edge", out);
  out.append("  <graph id=\"");
  AppendEscaped(name.empty() ? "machine" : name, out);
  out.append("\" edgedefault=\"directed\">\n");
  for (const Vertex& vertex : topology.vertices()) {
    out.append("    <node id=\"");
    AppendEscaped(vertex.key, out);
    out.append("\">");
    node_keys.Append(nodes[vertex.id.value()], out);
    out.append("</node>\n");
  }
  for (const Edge& edge : edges) {
    out.append("    <edge source=\"");
    AppendEscaped(topology.vertex(edge.from).key, out);
    out.append("\" target=\"");
    AppendEscaped(topology.vertex(edge.to).key, out);
    out.append("\">");
    edge_keys.Append(edge.data, out);
    out.append("</edge>\n");
  }
  return out.append("  </graph>\n</graphml>\n");
}

}  // namespace acceld::graph::exports
