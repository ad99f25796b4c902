#include "graph/export/tooltip.h"

#include <string_view>

#include "graph/quantity.h"

namespace acceld::graph::exports {
namespace {

void AppendProvenance(const Provenance& from, std::string& out) {
  out.append(" [").append(EvidenceName(from.evidence));
  if (!from.source.empty()) out.append(": ").append(from.source);
  out.push_back(']');
}

void AppendAttribute(const Attribute& attribute, std::string& out) {
  out.append("\n").append(attribute.name).append(": ");
  out.append(ToText(attribute.value));
  AppendProvenance(attribute.from, out);
}

void AppendRate(const Rate& rate, std::string_view direction,
                std::string& out) {
  if (rate.bandwidth.value < kUnlimited) {
    out.append("\nbandwidth").append(direction).append(": ");
    out.append(Readable(rate.bandwidth.value));
    AppendProvenance(rate.bandwidth.from, out);
  }
  out.append("\nlatency").append(direction).append(": ");
  out.append(Readable(rate.latency.value));
  AppendProvenance(rate.latency.from, out);
}

bool AreEqual(const Rate& a, const Rate& b) {
  return a.bandwidth == b.bandwidth && a.latency == b.latency;
}

void AppendLink(const Link& link, std::string& out) {
  if (AreEqual(link.forward, link.backward)) {
    AppendRate(link.forward, "", out);
  } else {
    AppendRate(link.forward, " there", out);
    AppendRate(link.backward, " back", out);
  }
  for (const Attribute& attribute : link.attributes) {
    AppendAttribute(attribute, out);
  }
}

}  // namespace

std::string TooltipOf(const Topology& topology,
                      const std::vector<VertexId>& members) {
  const Vertex& vertex = topology.vertex(members.front());
  std::string text = vertex.key;
  text.append("\nkind: ").append(Name(vertex.kind));
  for (const Attribute& attribute : vertex.attributes) {
    AppendAttribute(attribute, text);
  }
  if (members.size() == 1) return text;
  text.append("\nand alike:");
  for (std::size_t i = 1; i < members.size(); ++i) {
    text.append(" ").append(topology.vertex(members[i]).key);
  }
  return text;
}

std::string TooltipOf(const Topology& topology, const Wire& wire) {
  if (!wire.is_link) {
    const Relation& relation = topology.relations()[wire.index];
    std::string text = topology.vertex(relation.to).key + ": memory of " +
                       topology.vertex(relation.from).key;
    AppendProvenance(relation.provenance, text);
    return text;
  }
  const Link& link = topology.links()[wire.index];
  std::string text(Name(link.kind));
  text.append(": ").append(topology.vertex(link.from).key);
  text.append(" \u2013 ").append(topology.vertex(link.to).key);
  AppendLink(link, text);
  return text;
}

}  // namespace acceld::graph::exports
