#include "graph/machine_document.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "probes/attribute_document.h"

namespace acceld::graph {
namespace {

using probes::AttributeToDocument;

void SetAttributes(Document& document, const ExportOptions& options,
                   const std::vector<Attribute>& attributes) {
  Document object = Document::Object{};
  for (const Attribute& attribute : attributes) {
    if (options.conceals && options.conceals(attribute)) continue;
    object.Set(attribute.name, AttributeToDocument(attribute));
  }
  if (object.AsObject()->empty()) return;
  document.Set("attributes", std::move(object));
}

Document VertexDocument(const Vertex& vertex, const ExportOptions& options) {
  const std::vector<Attribute> now =
      options.now ? options.now(vertex) : std::vector<Attribute>{};
  Document document = Document::Object{};
  document.Set("key", vertex.key);
  document.Set("kind", Name(vertex.kind));
  std::vector<Attribute> attributes = vertex.attributes;
  for (const Attribute& one : now) {
    const auto found = std::find_if(
        attributes.begin(), attributes.end(),
        [&](const Attribute& known) { return known.name == one.name; });
    if (found == attributes.end()) {
      attributes.push_back(one);
    } else {
      *found = one;
    }
  }
  SetAttributes(document, options, attributes);
  return document;
}

void SetRate(Document& document, const Rate& rate) {
  document.Set("bandwidth",
               AttributeToDocument(
                   {"bandwidth", rate.bandwidth.value, rate.bandwidth.from}));
  document.Set("latency", AttributeToDocument({"latency", rate.latency.value,
                                               rate.latency.from}));
}

Document LinkDocument(const Topology& topology, const Link& link,
                      const ExportOptions& options) {
  Document document = Document::Object{};
  document.Set("from", topology.vertex(link.from).key);
  document.Set("to", topology.vertex(link.to).key);
  document.Set("kind", Name(link.kind));
  SetRate(document, link.forward);
  if (link.backward.bandwidth != link.forward.bandwidth ||
      link.backward.latency != link.forward.latency) {
    Document backward = Document::Object{};
    SetRate(backward, link.backward);
    document.Set("backward", std::move(backward));
  }
  SetAttributes(document, options, link.attributes);
  return document;
}

Document RelationDocument(const Topology& topology, const Relation& relation,
                          const ExportOptions& options) {
  Document document = Document::Object{};
  document.Set("from", topology.vertex(relation.from).key);
  document.Set("to", topology.vertex(relation.to).key);
  document.Set("kind", Name(relation.kind));
  document.Set("evidence", EvidenceName(relation.provenance.evidence));
  document.Set("source", relation.provenance.source);
  SetAttributes(document, options, relation.attributes);
  return document;
}

Document FaultsDocument(const Topology& topology) {
  Document faults = Document::Array{};
  for (const probes::Fault& fault : topology.faults()) {
    Document document = Document::Object{};
    document.Set("code", ErrorCodeName(fault.code));
    document.Set("where", fault.where);
    document.Set("what", fault.what);
    faults.Append(std::move(document));
  }
  return faults;
}

bool IsWanted(const ExportOptions& options, VertexKind kind) {
  return options.kinds.empty() ||
         std::find(options.kinds.begin(), options.kinds.end(), kind) !=
             options.kinds.end();
}

}  // namespace

Document MachineDocument(const Topology& topology,
                         const ExportOptions& options) {
  std::vector<bool> is_shown;
  bool hides_any = false;
  Document entities = Document::Array{};
  for (const Vertex& vertex : topology.vertices()) {
    const bool may_show = !options.shows || options.shows(vertex);
    if (!may_show) hides_any = true;
    is_shown.push_back(may_show && IsWanted(options, vertex.kind));
    if (!is_shown.back()) continue;
    entities.Append(VertexDocument(vertex, options));
  }
  auto joins_shown = [&](const auto& edge) {
    return is_shown[edge.from.value()] && is_shown[edge.to.value()];
  };
  Document links = Document::Array{};
  for (const Link& link : topology.links()) {
    if (joins_shown(link)) links.Append(LinkDocument(topology, link, options));
  }
  Document relations = Document::Array{};
  for (const Relation& relation : topology.relations()) {
    if (!joins_shown(relation)) continue;
    relations.Append(RelationDocument(topology, relation, options));
  }
  Document machine = Document::Object{};
  machine.Set("format", "acceld-machine");
  machine.Set("version", 1);
  if (!options.name.empty()) machine.Set("name", options.name);
  machine.Set("generation", static_cast<std::int64_t>(topology.generation()));
  machine.Set("entities", std::move(entities));
  machine.Set("links", std::move(links));
  machine.Set("relations", std::move(relations));
  // Left out, they would tell a caller that something is kept from it.
  machine.Set("faults", hides_any ? Document(Document::Array{})
                                  : FaultsDocument(topology));
  return machine;
}

}  // namespace acceld::graph
