#include "graph/export/viewer_data.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/export/legend.h"
#include "graph/link_width.h"
#include "graph/route_edges.h"
#include "graph/stated_pairs.h"

namespace acceld::graph::exports {
namespace {

constexpr std::int64_t kNone = -1;

Document NumberOf(BytesPerSecond rate) {
  return rate >= kUnlimited ? kNone : rate.value();
}

Document NumberOf(VertexId id) { return std::int64_t{id.value()}; }

// Each text once.
class Texts {
 public:
  Document IndexOf(std::string text) {
    const auto [at, is_new] = known_.try_emplace(
        std::move(text), static_cast<std::int64_t>(known_.size()));
    if (is_new) list_.Append(at->first);
    return at->second;
  }
  Document Take() { return std::move(list_); }

 private:
  std::unordered_map<std::string, std::int64_t> known_;
  Document list_ = Document::Array{};
};

class Writer {
 public:
  Writer(const Topology& topology, const Picture& picture)
      : topology_(topology), picture_(picture) {}

  Document Write() {
    Document machine = Document::Object{};
    machine.Set("vertices", Vertices());
    machine.Set("links", Links());
    machine.Set("relations", Relations());
    machine.Set("routes", Routes());
    machine.Set("stated", Stated());
    machine.Set("legend", Legend());
    machine.Set("texts", texts_.Take());
    return machine;
  }

 private:
  void AppendProvenance(const Provenance& from, Document& out) {
    out.Append(static_cast<int>(from.evidence));
    out.Append(texts_.IndexOf(from.source));
  }

  Document Attributes(const std::vector<Attribute>& attributes) {
    Document list = Document::Array{};
    for (const Attribute& attribute : attributes) {
      Document entry = Document::Array{};
      entry.Append(attribute.name);
      entry.Append(texts_.IndexOf(ToText(attribute.value)));
      AppendProvenance(attribute.from, entry);
      list.Append(std::move(entry));
    }
    return list;
  }

  Document Vertices() {
    std::vector<VertexId> boxes(topology_.vertices().size());
    for (const Box& box : picture_.boxes) {
      for (const VertexId id : box.members) {
        boxes[id.value()] = box.members.front();
      }
    }
    Document list = Document::Array{};
    for (const Vertex& vertex : topology_.vertices()) {
      Document entry = Document::Object{};
      entry.Set("key", vertex.key);
      entry.Set("kind", Name(vertex.kind));
      entry.Set("box", NumberOf(boxes[vertex.id.value()]));
      entry.Set("attributes", Attributes(vertex.attributes));
      list.Append(std::move(entry));
    }
    return list;
  }

  void AppendRate(const Rate& rate, Document& out) {
    out.Append(NumberOf(rate.bandwidth.value));
    AppendProvenance(rate.bandwidth.from, out);
    out.Append(rate.latency.value.value());
    AppendProvenance(rate.latency.from, out);
  }

  Document Links() {
    Document list = Document::Array{};
    for (const Link& link : topology_.links()) {
      Document rates = Document::Array{};
      AppendRate(link.forward, rates);
      AppendRate(link.backward, rates);
      Document entry = Document::Array{};
      entry.Append(NumberOf(link.from));
      entry.Append(NumberOf(link.to));
      entry.Append(Name(link.kind));
      entry.Append(texts_.IndexOf(WidthOf(topology_, link).text));
      entry.Append(std::move(rates));
      entry.Append(Attributes(link.attributes));
      list.Append(std::move(entry));
    }
    return list;
  }

  Document Relations() {
    Document list = Document::Array{};
    for (const Relation& relation : topology_.relations()) {
      Document entry = Document::Array{};
      entry.Append(NumberOf(relation.from));
      entry.Append(NumberOf(relation.to));
      entry.Append(Name(relation.kind));
      AppendProvenance(relation.provenance, entry);
      entry.Append(Attributes(relation.attributes));
      list.Append(std::move(entry));
    }
    return list;
  }

  [[nodiscard]] Document Routes() const {
    const RouteEdges routes = ListRouteEdges(
        topology_.vertices(), topology_.links(), topology_.relations());
    const auto numbers = [](const auto& values, auto number) {
      Document list = Document::Array{};
      for (const auto& value : values) list.Append(number(value));
      return list;
    };
    const auto node = [](std::uint32_t value) {
      return Document(std::int64_t{value});
    };
    Document edges = Document::Array{};
    for (const RouteEdge& edge : routes.edges) {
      edges.Append(node(edge.from));
      edges.Append(node(edge.to));
      edges.Append(edge.latency.value());
      edges.Append(NumberOf(edge.bandwidth));
      edges.Append(edge.hops);
    }
    Document document = Document::Object{};
    document.Set("vertex", numbers(routes.vertex,
                                   [](VertexId id) { return NumberOf(id); }));
    document.Set("exit", numbers(routes.exit, node));
    document.Set("entry", numbers(routes.entry, node));
    document.Set("edges", std::move(edges));
    return document;
  }

  [[nodiscard]] Document Stated() const {
    const StatedPairs pairs(topology_.vertices().size(), topology_.relations());
    Document list = Document::Array{};
    for (const Vertex& vertex : topology_.vertices()) {
      for (const VertexId other : pairs.PartnersOf(vertex.id)) {
        const StatedPair& pair = *pairs.Find(vertex.id, other);
        Document entry = Document::Array{};
        entry.Append(NumberOf(vertex.id));
        entry.Append(NumberOf(other));
        entry.Append(pair.latency ? pair.latency->value.value() : kNone);
        entry.Append(pair.bandwidth ? pair.bandwidth->value.value() : kNone);
        list.Append(std::move(entry));
      }
    }
    return list;
  }

  [[nodiscard]] Document Legend() const {
    Document list = Document::Array{};
    for (const LegendEntry& entry : LegendOf(topology_, picture_)) {
      Document line = Document::Array{};
      line.Append(entry.words);
      line.Append(entry.selector);
      line.Append(entry.is_link);
      line.Append(entry.classes);
      list.Append(std::move(line));
    }
    return list;
  }

  const Topology& topology_;
  const Picture& picture_;
  Texts texts_;
};

}  // namespace

Document ViewerDocument(const Topology& topology, const Picture& picture) {
  return Writer(topology, picture).Write();
}

}  // namespace acceld::graph::exports
