#include "client/topo/why.h"

#include <utility>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "client/topo/name_lookup.h"
#include "client/topo/table.h"
#include "client/topo/why_summary.h"
#include "graph/hanging.h"
#include "graph/link_width.h"
#include "graph/rate_text.h"

namespace acceld::topo {
namespace {

using graph::Link;
using graph::Relation;
using graph::Topology;
using graph::VertexId;

// Exact values here: this is where people look when the rounded one is not
// enough. Long texts (feature lists) are cut at what a screen can hold.
constexpr std::size_t kLongestValue = 1024;

Table AttributesOf(const graph::Vertex& vertex) {
  Table table({"attribute", "value", "evidence", "source"});
  for (const Attribute& attribute : vertex.attributes) {
    table.AddRow({Printable(attribute.name),
                  Printable(ToText(attribute.value), kLongestValue),
                  std::string(EvidenceName(attribute.from.evidence)),
                  Printable(attribute.from.source)});
  }
  return table;
}

Table RelationsOf(const Topology& topology, VertexId id) {
  Table table({"relation", "from", "to", "with", "evidence", "source"});
  for (const Relation& relation : topology.relations()) {
    if (relation.from != id && relation.to != id) continue;
    std::string with;
    for (const Attribute& attribute : relation.attributes) {
      with.append(with.empty() ? "" : ", ").append(Printable(attribute.name));
      with.append(" ").append(Printable(ToText(attribute.value)));
    }
    table.AddRow({std::string(Name(relation.kind)),
                  KeyOf(topology, relation.from), KeyOf(topology, relation.to),
                  std::move(with),
                  std::string(EvidenceName(relation.provenance.evidence)),
                  Printable(relation.provenance.source)});
  }
  return table;
}

// One source where both values share it.
std::string SourceOf(const graph::Rate& rate) {
  const std::string latency = Printable(rate.latency.from.source);
  const std::string bandwidth = Printable(rate.bandwidth.from.source);
  if (latency == bandwidth) return latency;
  return "latency: " + latency + "; bandwidth: " + bandwidth;
}

// Seen from `id`: what goes out to the other end and what comes in from it,
// in one row where the two are the same.
Table LinksOf(const Topology& topology, VertexId id) {
  Table table({"link", "with", "way", "rate", "width", "source"});
  for (const std::uint32_t index : topology.LinksOf(id)) {
    const Link& link = topology.links()[index];
    const bool forward = link.from == id;
    const graph::Rate& out = forward ? link.forward : link.backward;
    const graph::Rate& in = forward ? link.backward : link.forward;
    const bool same =
        TextOf(out) == TextOf(in) && SourceOf(out) == SourceOf(in);
    const auto add = [&](std::string way, const graph::Rate& rate) {
      table.AddRow({std::string(Name(link.kind)),
                    KeyOf(topology, graph::OtherEnd(link, id)), std::move(way),
                    graph::TextOf(rate), graph::WidthOf(topology, link).text,
                    SourceOf(rate)});
    };
    add(same ? "both" : "out", out);
    if (!same) add("in", in);
  }
  return table;
}

void SetSource(const Provenance& from, Document& document) {
  document.Set("evidence", EvidenceName(from.evidence));
  document.Set("source", from.source);
}

Document RateDocument(const graph::Rate& rate) {
  Document bandwidth;
  bandwidth.Set("value", ToString(rate.bandwidth.value));
  SetSource(rate.bandwidth.from, bandwidth);
  Document latency;
  latency.Set("value", ToString(rate.latency.value));
  SetSource(rate.latency.from, latency);
  Document document;
  document.Set("bandwidth", std::move(bandwidth));
  document.Set("latency", std::move(latency));
  return document;
}

Document AttributesDocument(const std::vector<Attribute>& attributes) {
  Document array = Document::Array{};
  for (const Attribute& attribute : attributes) {
    Document one;
    one.Set("name", attribute.name);
    one.Set("value", ToDocument(attribute.value));
    SetSource(attribute.from, one);
    array.Append(std::move(one));
  }
  return array;
}

template <typename Edge>
Document EdgeDocument(const Topology& topology, const Edge& edge) {
  Document document;
  document.Set("kind", Name(edge.kind));
  document.Set("from", topology.vertex(edge.from).key);
  document.Set("to", topology.vertex(edge.to).key);
  document.Set("attributes", AttributesDocument(edge.attributes));
  return document;
}

}  // namespace

Result<std::string> WhyText(const Machine& machine, const std::string& name,
                            const Look& look) {
  const Topology& topology = *machine.topology;
  ACCELD_TRY(const VertexId id, FindByName(topology, name));
  std::string out = look.Paint(KeyOf(topology, id), Role::kKey);
  out.append("\n");
  const std::size_t heading = out.size();
  AppendSummary(topology, id, look, out);
  bool any = out.size() != heading;
  for (const Table& table :
       {AttributesOf(topology.vertex(id)), RelationsOf(topology, id),
        LinksOf(topology, id)}) {
    if (table.empty()) continue;
    out.append("\n").append(table.ToText(look));
    any = true;
  }
  if (!any) out.append("  nothing is known of it but its name\n");
  return out;
}

Result<Document> WhyDocument(const Machine& machine, const std::string& name) {
  const Topology& topology = *machine.topology;
  ACCELD_TRY(const VertexId id, FindByName(topology, name));
  const graph::Vertex& vertex = topology.vertex(id);
  Document document;
  document.Set("key", vertex.key);
  document.Set("kind", Name(vertex.kind));
  SetSummary(topology, id, document);
  document.Set("attributes", AttributesDocument(vertex.attributes));
  Document relations = Document::Array{};
  for (const Relation& relation : topology.relations()) {
    if (relation.from != id && relation.to != id) continue;
    Document one = EdgeDocument(topology, relation);
    SetSource(relation.provenance, one);
    relations.Append(std::move(one));
  }
  document.Set("relations", std::move(relations));
  Document links = Document::Array{};
  for (const std::uint32_t index : topology.LinksOf(id)) {
    const Link& link = topology.links()[index];
    Document one = EdgeDocument(topology, link);
    one.Set("forward", RateDocument(link.forward));
    one.Set("backward", RateDocument(link.backward));
    links.Append(std::move(one));
  }
  document.Set("links", std::move(links));
  return document;
}

}  // namespace acceld::topo
