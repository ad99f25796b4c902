#include "client/topo/why_summary.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "client/topo/interfaces.h"
#include "graph/link_width.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;
using Remarks = std::vector<Remark>;

constexpr std::size_t kLongestRemark = 512;

template <typename T>
const T* Get(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  return value == nullptr ? nullptr : std::get_if<T>(value);
}

std::string TextOr(const Vertex& vertex, std::string_view name) {
  const auto* text = Get<std::string>(vertex, name);
  return text == nullptr ? std::string() : *text;
}

// The vertex, then what it is a part of.
std::vector<VertexId> WholeOf(const Topology& topology, VertexId id) {
  std::vector<VertexId> whole = {id};
  const auto add = [&](VertexId part) {
    if (std::find(whole.begin(), whole.end(), part) == whole.end()) {
      whole.push_back(part);
    }
  };
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const RelationKind kind :
         {RelationKind::kEngineOf, RelationKind::kAcceleratorOf}) {
      for (const VertexId part : topology.RelatedFrom(whole[i], kind)) {
        add(part);
      }
    }
  }
  if (const auto function = topology.FunctionOf(id)) add(*function);
  return whole;
}

void AddTexts(const Vertex& vertex, std::string_view name, Remarks& remarks) {
  const auto* texts = Get<std::vector<std::string>>(vertex, name);
  if (texts == nullptr) return;
  for (const std::string& text : *texts) {
    const bool is_known =
        std::any_of(remarks.begin(), remarks.end(),
                    [&](const Remark& one) { return one.text == text; });
    if (!is_known) remarks.push_back({text, vertex.id});
  }
}

void AddSva(const Topology& topology, const std::vector<VertexId>& whole,
            Summary& summary) {
  for (const VertexId id : whole) {
    const Vertex& vertex = topology.vertex(id);
    const std::string sva = TextOr(vertex, attr::kSva);
    if (sva.empty()) continue;
    if (summary.sva.empty()) summary.sva = sva;
    // What was thought to be in the way was not.
    if (summary.sva == "proven") return;
    AddTexts(vertex, attr::kSvaReasons, summary.sva_reasons);
    // Beside a "no" they would say nothing more.
    if (summary.sva != "no") {
      AddTexts(vertex, attr::kSvaCaveats, summary.sva_caveats);
    }
  }
}

std::string_view MeaningOfGrant(std::string_view grant) {
  if (grant == "fd") {
    return "acceld opens it and hands the open descriptor on";
  }
  if (grant == "ticket") {
    return "the client opens it itself, through a ticket of acceld: opening "
           "binds the opener's address space, or a reset ends the opener";
  }
  if (grant == "path") return "the client opens it by its path";
  if (grant == "soft") return "a worker process of acceld does the work";
  return "";
}

std::string OpensText(const Vertex& vertex) {
  const std::string sharing = TextOr(vertex, attr::kSharing);
  std::string text;
  if (sharing == "single-shot") text = "one client, once";
  if (sharing == "single-user") text = "one client at a time";
  if (sharing == "multi-app") text = "several clients at a time";
  const auto* all = Get<std::int64_t>(vertex, attr::kInstances);
  const auto* free = Get<std::int64_t>(vertex, attr::kInstancesFree);
  const auto add = [&text](const std::string& part) {
    text.append(text.empty() ? "" : ", ").append(part);
  };
  if (all != nullptr) add(std::to_string(*all) + " opens in all");
  if (free != nullptr) {
    add(std::to_string(*free) + " free when it was probed");
  }
  return text;
}

void AddOtherInterfaces(const Topology& topology,
                        const std::vector<VertexId>& whole, Remarks& access) {
  for (const VertexId id : whole) {
    for (const VertexId other :
         OtherInterfacesOf(topology, topology.vertex(id))) {
      const Vertex& twin = topology.vertex(other);
      access.push_back({"the same device stands under " +
                            TextOr(twin, attr::kFramework) + " as " + twin.key +
                            ", grant: " + TextOr(twin, attr::kGrant),
                        id});
    }
  }
}

// Each from the nearest that says it: an engine has a node and a capacity of
// its own, and is granted as its accelerator is.
void AddAccess(const Topology& topology, const std::vector<VertexId>& whole,
               Remarks& access) {
  std::string how;
  std::string node;
  std::string opens;
  VertexId granted;
  VertexId counted;
  for (const VertexId id : whole) {
    const Vertex& vertex = topology.vertex(id);
    if (how.empty()) {
      how = TextOr(vertex, attr::kGrant);
      granted = id;
    }
    if (node.empty()) node = TextOr(vertex, attr::kNodePath);
    if (opens.empty()) {
      opens = OpensText(vertex);
      counted = id;
    }
  }
  if (how.empty()) return;
  const std::string_view meaning = MeaningOfGrant(how);
  if (!meaning.empty()) how.append(": ").append(meaning);
  if (!node.empty()) how.append(" (").append(node).append(")");
  access.push_back({std::move(how), granted});
  if (!opens.empty()) access.push_back({std::move(opens), counted});
  for (const VertexId id : whole) {
    const std::string refused = TextOr(topology.vertex(id), "not_offered");
    if (!refused.empty()) access.push_back({"not offered: " + refused, id});
    AddTexts(topology.vertex(id), "vfio_blocked_by", access);
    AddTexts(topology.vertex(id), "quarantine", access);
  }
  AddOtherInterfaces(topology, whole, access);
}

void AddLinkHealth(const Topology& topology, VertexId function,
                   Remarks& remarks) {
  for (const std::uint32_t index : topology.LinksOf(function)) {
    const graph::Link& link = topology.links()[index];
    if (link.kind != LinkKind::kPcie || link.to != function) continue;
    const graph::LinkWidth width = graph::WidthOf(topology, link);
    if (!width.IsBelowMaximum()) continue;
    remarks.push_back({"its PCIe link is " + width.text, function});
  }
}

void AddHealth(const Topology& topology, const std::vector<VertexId>& whole,
               Summary& summary) {
  for (const VertexId id : whole) {
    const Vertex& vertex = topology.vertex(id);
    const std::string health = TextOr(vertex, attr::kHealth);
    if (summary.health.empty()) summary.health = health;
    const std::string reason = TextOr(vertex, attr::kHealthReason);
    if (!reason.empty()) summary.health_remarks.push_back({reason, id});
    if (vertex.kind == VertexKind::kPciFunction) {
      AddLinkHealth(topology, id, summary.health_remarks);
    }
    const std::string address = TextOr(vertex, attr::kAddress);
    for (const probes::Fault& fault : topology.faults()) {
      if (address.empty() || fault.where.find(address) == std::string::npos) {
        continue;
      }
      const std::string text = fault.where + ": " + fault.what;
      const auto& known = summary.health_remarks;
      if (std::none_of(known.begin(), known.end(),
                       [&](const Remark& one) { return one.text == text; })) {
        summary.health_remarks.push_back({text, id});
      }
    }
  }
}

void AppendRemarks(const Topology& topology, VertexId id,
                   const Remarks& remarks, const Look& look, std::string& out) {
  for (const Remark& remark : remarks) {
    std::vector<Token> tokens = {
        {.text = Printable(remark.text, kLongestRemark)}};
    if (remark.vertex != id) {
      tokens.push_back({.text = "(" + KeyOf(topology, remark.vertex) + ")",
                        .role = Role::kFaint});
    }
    AppendWrapped(look, "  - ", "    ", tokens, out);
  }
}

void AppendSection(std::string_view heading, const Look& look,
                   std::string& out) {
  out.append("\n").append(look.Paint(heading, Role::kHeading)).append("\n");
}

// The reasons follow it, where there are any.
std::string SvaSentence(const Summary& summary) {
  if (summary.sva == "possible") {
    return "nothing that is known; only a bind proves it";
  }
  if (summary.sva == "proven") return "nothing: a bind has succeeded";
  const std::string_view answer = summary.sva == "no"
                                      ? "it cannot have them"
                                      : "whether it can have them is not known";
  // A described machine may state the verdict alone.
  return std::string(answer).append(
      summary.sva_reasons.empty() ? "; no reason is recorded" : ":");
}

Document RemarksDocument(const Topology& topology, const Remarks& remarks) {
  Document array = Document::Array{};
  for (const Remark& remark : remarks) {
    Document one;
    one.Set("text", remark.text);
    one.Set("key", topology.vertex(remark.vertex).key);
    array.Append(std::move(one));
  }
  return array;
}

}  // namespace

Summary SummaryOf(const Topology& topology, VertexId id) {
  Summary summary;
  const std::vector<VertexId> whole = WholeOf(topology, id);
  AddSva(topology, whole, summary);
  AddAccess(topology, whole, summary.access);
  AddHealth(topology, whole, summary);
  return summary;
}

void AppendSummary(const Topology& topology, VertexId id, const Look& look,
                   std::string& out) {
  const Summary summary = SummaryOf(topology, id);
  if (!summary.sva.empty()) {
    AppendSection("What keeps it from shared virtual addresses", look, out);
    out.append("  ").append(SvaSentence(summary)).append("\n");
    AppendRemarks(topology, id, summary.sva_reasons, look, out);
    if (!summary.sva_caveats.empty()) {
      out.append("  and what cannot be seen\n");
      AppendRemarks(topology, id, summary.sva_caveats, look, out);
    }
  }
  if (!summary.access.empty()) {
    AppendSection("Who may open it, and how", look, out);
    out.append("  whom the policy of acceld allows\n");
    AppendRemarks(topology, id, summary.access, look, out);
  }
  if (!summary.health.empty() || !summary.health_remarks.empty()) {
    AppendSection("Health", look, out);
    out.append("  ")
        .append(summary.health.empty() ? "not known"
                                       : Printable(summary.health))
        .append("\n");
    AppendRemarks(topology, id, summary.health_remarks, look, out);
  }
}

void SetSummary(const Topology& topology, VertexId id, Document& document) {
  const Summary summary = SummaryOf(topology, id);
  if (!summary.sva.empty()) {
    Document sva;
    sva.Set("answer", summary.sva);
    sva.Set("reasons", RemarksDocument(topology, summary.sva_reasons));
    sva.Set("caveats", RemarksDocument(topology, summary.sva_caveats));
    document.Set("sva", std::move(sva));
  }
  if (!summary.access.empty()) {
    document.Set("access", RemarksDocument(topology, summary.access));
  }
  if (!summary.health.empty() || !summary.health_remarks.empty()) {
    Document health;
    if (!summary.health.empty()) health.Set("state", summary.health);
    health.Set("remarks", RemarksDocument(topology, summary.health_remarks));
    document.Set("health", std::move(health));
  }
}

}  // namespace acceld::topo
