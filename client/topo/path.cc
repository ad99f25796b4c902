#include "client/topo/path.h"

#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "client/topo/name_lookup.h"
#include "client/topo/path_text.h"
#include "client/topo/table.h"
#include "graph/path_verdict.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::AcsOnPath;
using graph::PathEnd;
using graph::PathVerdict;
using graph::PeerFinding;
using graph::PeerToPeer;
using graph::Topology;

Result<PathVerdict> Judge(const Topology& topology, const std::string& from,
                          const std::string& to) {
  ACCELD_TRY(const graph::VertexId first, FindByName(topology, from));
  ACCELD_TRY(const graph::VertexId second, FindByName(topology, to));
  return graph::JudgePath(topology, first, second);
}

std::string AnswerText(PeerToPeer answer) {
  return answer == PeerToPeer::kNotNeeded ? "not needed"
                                          : std::string(Name(answer));
}

Role RoleOf(PeerToPeer answer) {
  switch (answer) {
    case PeerToPeer::kImpossible:
      return Role::kBad;
    case PeerToPeer::kUnknown:
      return Role::kWarning;
    case PeerToPeer::kPossible:
    case PeerToPeer::kNotNeeded:
      return Role::kPlain;
  }
  return Role::kPlain;
}

void AppendSection(std::string_view heading, const Look& look,
                   std::string& out) {
  out.append("\n").append(look.Paint(heading, Role::kHeading)).append("\n");
}

void AppendFindings(const PathVerdict& verdict, const Look& look,
                    std::string& out) {
  AppendSection("Peer-to-peer", look, out);
  AppendWrapped(look, "  ", "    ",
                {{.text = AnswerText(verdict.peer_to_peer),
                  .role = RoleOf(verdict.peer_to_peer)}},
                out);
  for (const PeerFinding& finding : verdict.findings) {
    std::vector<Token> tokens = {{.text = Printable(finding.text, 512)}};
    if (!finding.from.source.empty()) {
      tokens.push_back(
          {.text = std::string(EvidenceName(finding.from.evidence)) + ": " +
                   Printable(finding.from.source),
           .role = Role::kFaint});
    }
    AppendWrapped(look, "  - ", "    ", tokens, out);
  }
}

void AppendAcs(const Topology& topology, const std::vector<AcsOnPath>& acs,
               const Look& look, std::string& out) {
  if (acs.empty()) return;
  AppendSection("ACS on the way", look, out);
  Table table({"port", "offers", "on", "effect"});
  for (const AcsOnPath& one : acs) {
    std::string effect;
    if (one.redirects) {
      effect = "sends peer-to-peer requests up to the root complex";
    } else if (one.supported.empty()) {
      effect = "not known";
    } else {
      effect = "routes peer-to-peer requests itself";
    }
    const auto shown = [](const std::string& bits) {
      return bits.empty() ? std::string("not known") : Printable(bits);
    };
    table.AddRow({KeyOf(topology, one.vertex), shown(one.supported),
                  shown(one.enabled), std::move(effect)});
  }
  out.append(table.ToText(look));
}

void AppendEnds(const Topology& topology, const PathVerdict& verdict,
                const Look& look, std::string& out) {
  Table table(
      {"end", "function", "IOMMU group", "domain", "IOMMU unit", "NUMA node"});
  const auto key = [&](const std::optional<graph::VertexId>& id) {
    return id ? KeyOf(topology, *id) : std::string();
  };
  bool any = false;
  for (const PathEnd* end : {&verdict.from, &verdict.to}) {
    any = any || end->function || end->iommu_group || end->numa_node;
    table.AddRow(
        {KeyOf(topology, end->vertex),
         end->function == end->vertex ? std::string() : key(end->function),
         end->iommu_group ? std::to_string(*end->iommu_group) : std::string(),
         Printable(end->domain_type), key(end->iommu),
         end->numa_node == end->vertex ? std::string() : key(end->numa_node)});
  }
  if (!any) return;
  AppendSection("Ends", look, out);
  out.append(table.ToText(look));
  if (verdict.same_iommu_group) {
    out.append(
        "both in one IOMMU group: they are granted together, and "
        "nothing keeps them apart\n");
  }
}

Document EndDocument(const Topology& topology, const PathEnd& end) {
  Document document;
  document.Set("key", topology.vertex(end.vertex).key);
  if (end.function) {
    document.Set("function", topology.vertex(*end.function).key);
  }
  if (end.iommu_group) document.Set("iommu_group", *end.iommu_group);
  if (!end.domain_type.empty()) document.Set("iommu_domain", end.domain_type);
  if (end.iommu) document.Set("iommu", topology.vertex(*end.iommu).key);
  if (end.numa_node) {
    document.Set("numa_node", topology.vertex(*end.numa_node).key);
  }
  return document;
}

void SetSource(const Provenance& from, Document& document) {
  if (from.source.empty()) return;
  document.Set("evidence", EvidenceName(from.evidence));
  document.Set("source", from.source);
}

Document AcsDocument(const Topology& topology,
                     const std::vector<AcsOnPath>& acs) {
  Document array = Document::Array{};
  for (const AcsOnPath& one : acs) {
    Document document;
    document.Set("key", topology.vertex(one.vertex).key);
    if (!one.supported.empty()) document.Set("supported", one.supported);
    if (!one.enabled.empty()) document.Set("enabled", one.enabled);
    document.Set("redirects", one.redirects);
    SetSource(one.from, document);
    array.Append(std::move(document));
  }
  return array;
}

Document PeerDocument(const Topology& topology, const PathVerdict& verdict) {
  Document findings = Document::Array{};
  for (const PeerFinding& finding : verdict.findings) {
    Document one;
    one.Set("reason", Name(finding.reason));
    one.Set("text", finding.text);
    if (finding.vertex) {
      one.Set("key", topology.vertex(*finding.vertex).key);
    }
    SetSource(finding.from, one);
    findings.Append(std::move(one));
  }
  Document document;
  document.Set("answer", Name(verdict.peer_to_peer));
  document.Set("findings", std::move(findings));
  return document;
}

}  // namespace

Result<std::string> PathText(const Machine& machine, const std::string& from,
                             const std::string& to, const Look& look) {
  const Topology& topology = *machine.topology;
  ACCELD_TRY(const PathVerdict verdict, Judge(topology, from, to));
  const graph::VertexId first = verdict.from.vertex;
  const graph::VertexId second = verdict.to.vertex;
  std::string out;
  AppendHeading(topology, first, second, look, out);
  if (verdict.distance) {
    AppendMeasures(topology, first, second, *verdict.distance, verdict.steps,
                   look, out);
  } else {
    AppendField("locality", std::string(Name(verdict.locality)), "", look, out);
  }
  if (!verdict.steps.empty()) {
    AppendSection("Path", look, out);
    AppendSteps(topology, verdict.steps, look, out);
  }
  AppendFindings(verdict, look, out);
  AppendAcs(topology, verdict.acs, look, out);
  AppendEnds(topology, verdict, look, out);
  if (!verdict.steps.empty()) {
    out.append("\n").append(look.Paint(graph::MarkLegend(), Role::kFaint));
    out.append("\n");
  }
  return out;
}

Result<Document> PathDocument(const Machine& machine, const std::string& from,
                              const std::string& to) {
  const Topology& topology = *machine.topology;
  ACCELD_TRY(const PathVerdict verdict, Judge(topology, from, to));
  Document document;
  document.Set("from", EndDocument(topology, verdict.from));
  document.Set("to", EndDocument(topology, verdict.to));
  if (verdict.distance) {
    SetMeasures(topology, *verdict.distance, verdict.steps, document);
  } else {
    document.Set("locality", Name(verdict.locality));
  }
  if (verdict.stated != nullptr) {
    document.Set("stated", verdict.stated->provenance.source);
  }
  document.Set("same_iommu_group", verdict.same_iommu_group);
  document.Set("acs", AcsDocument(topology, verdict.acs));
  document.Set("peer_to_peer", PeerDocument(topology, verdict));
  return document;
}

}  // namespace acceld::topo
