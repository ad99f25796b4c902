#include "daemon/service/device_state.h"

#include <utility>

#include "graph/named_places.h"
#include "graph/offering.h"

namespace acceld::daemon {
namespace {

constexpr char kReports[] = "clients' reports of their binds (docs/grants.md)";
constexpr char kTaints[] = "taints of the policy and of administrators";
constexpr char kPlaces[] = "links and relations (docs/machine-document.md)";
constexpr char kHolders[] = "open files and mappings in /proc";

Document FailureDocument(const Broker& broker, const SvaReport& report) {
  Document document;
  document.Set("errno", report.sys_errno);
  document.Set("why", MeaningOfBindError(report.sys_errno));
  document.Set("age_ns", broker.Since(report.when).value());
  return document;
}

struct Seen {
  Document by_name = Document::Array{};
  std::string names;
  std::int64_t others = 0;
};

Seen HoldersSeenBy(const Broker& broker, const Asker& asker,
                   const Quarantine::Stay& stay) {
  const bool sees_all = broker.policy().IsAdministrator(asker.subject);
  Seen seen;
  for (const Holder& holder : stay.holders) {
    if (holder.pid == 0 || (!sees_all && holder.user != asker.subject.uid)) {
      ++seen.others;
      continue;
    }
    Document one;
    one.Set("pid", std::int64_t{holder.pid});
    one.Set("name", holder.name);
    seen.by_name.Append(std::move(one));
    if (!seen.names.empty()) seen.names.append(", ");
    seen.names.append(std::to_string(holder.pid));
    seen.names.append(" (").append(holder.name).append(")");
  }
  return seen;
}

bool MayKnowLease(const Broker& broker, const Asker& asker,
                  const Quarantine::Stay& stay) {
  return broker.MayKnowLeaseOf(asker, stay.origin.owner);
}

std::string TextOf(const Broker& broker, const Asker& asker,
                   const Quarantine::Stay& stay) {
  const Seen seen = HoldersSeenBy(broker, asker, stay);
  std::string text = "a lease on it has ended; ";
  if (stay.holders.empty()) {
    text.append("it is not known yet to be closed");
    if (!stay.trouble.empty() && MayKnowLease(broker, asker, stay)) {
      text.append(": ").append(stay.trouble);
    }
    return text;
  }
  text.append("still held by ");
  text.append(seen.names.empty() ? "" : "process " + seen.names);
  if (seen.others == 0) return text;
  if (!seen.names.empty()) text.append(" and ");
  return text.append(std::to_string(seen.others)) +
         (seen.others == 1 ? " process" : " processes") + " of others";
}

}  // namespace

Document SvaVerdictDocument(const Broker& broker, const Asker& asker,
                            const std::string& device) {
  const SvaVerdicts::Verdict verdict =
      broker.SvaVerdictOf(device, asker.subject.uid);
  Document document = Document::Object{};
  if (verdict.report) {
    if (verdict.report->ok()) {
      document.Set("age_ns", broker.Since(verdict.report->when).value());
    } else {
      document = FailureDocument(broker, *verdict.report);
    }
    if (broker.policy().IsAdministrator(asker.subject)) {
      document.Set("uid", std::int64_t{verdict.report->user});
    }
  }
  document.Set("state", Name(verdict.state));
  if (verdict.passing) {
    document.Set("passing", FailureDocument(broker, *verdict.passing));
  }
  return document;
}

std::vector<Document> QuarantineDocuments(const Broker& broker,
                                          const Asker& asker,
                                          const std::string& device) {
  std::vector<Document> documents;
  for (const Quarantine::Stay& stay : broker.quarantine().Stays()) {
    if (!device.empty() && stay.origin.device != device) continue;
    Seen seen = HoldersSeenBy(broker, asker, stay);
    Document document;
    document.Set("device", stay.origin.device);
    document.Set("age_ns", broker.Since(stay.since).value());
    document.Set("held_by", std::move(seen.by_name));
    document.Set("others", seen.others);
    if (MayKnowLease(broker, asker, stay)) {
      if (!stay.origin.lease.empty()) {
        document.Set("lease", LeasePath(stay.origin.lease));
      }
      if (!stay.trouble.empty()) document.Set("trouble", stay.trouble);
    }
    documents.push_back(std::move(document));
  }
  return documents;
}

std::vector<Attribute> AttributesNow(const Broker& broker, const Asker& asker,
                                     const graph::Vertex& vertex) {
  std::vector<Attribute> attributes;
  const SvaVerdicts::Verdict verdict =
      broker.SvaVerdictOf(vertex.key, asker.subject.uid);
  const Provenance reported{Evidence::kMeasured, kReports};
  if (verdict.state == SvaState::kProven) {
    attributes.push_back(
        {std::string(attr::kSva), std::string("proven"), reported});
  } else if (verdict.state == SvaState::kRefused) {
    attributes.push_back(
        {std::string(attr::kSva), std::string("no"), reported});
    attributes.push_back({std::string(attr::kSvaReasons),
                          std::vector<std::string>{
                              "a bind was refused with " +
                              MeaningOfBindError(verdict.report->sys_errno)},
                          reported});
  }
  if (graph::IsOffered(vertex)) {
    if (const auto taint = broker.TaintOf(asker, vertex.id)) {
      attributes.push_back({"taint",
                            (taint->refuses ? "refuse: " : "avoid: ") +
                                std::string(taint->reason),
                            {Evidence::kComputed, kTaints}});
    }
  }
  std::vector<std::string> waiting;
  for (const auto& stay : broker.quarantine().StaysOn(vertex.key)) {
    waiting.push_back(TextOf(broker, asker, stay));
  }
  if (!waiting.empty()) {
    attributes.push_back(
        {"quarantine", std::move(waiting), {Evidence::kMeasured, kHolders}});
  }
  return attributes;
}

void AppendPlaces(const graph::Topology& topology, const Visibility& seen,
                  const graph::Vertex& vertex,
                  std::vector<Attribute>& attributes) {
  for (const auto& [name, id] : graph::NamedPlaces(topology, vertex)) {
    const graph::Vertex& place = topology.vertex(id);
    if (!seen.Shows(place)) continue;
    attributes.push_back(
        {std::string(name), place.key, {Evidence::kComputed, kPlaces}});
  }
}

}  // namespace acceld::daemon
