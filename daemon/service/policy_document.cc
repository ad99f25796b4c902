#include "daemon/service/policy_document.h"

#include <optional>
#include <utility>

#include "daemon/taints.h"
#include "placement/device_view.h"
#include "policy/diagnostic.h"
#include "policy/verdict.h"

namespace acceld::daemon {
namespace {

Document ToDocument(const policy::Diagnostic& warning) {
  Document document;
  document.Set("severity", warning.severity == policy::Severity::kNote
                               ? "note"
                               : "warning");
  document.Set("file", warning.file);
  document.Set("line", warning.line);
  document.Set("pointer", warning.pointer);
  document.Set("message", warning.message);
  return document;
}

Document ToDocument(const ForbiddenLease& lease) {
  Document document;
  document.Set("lease", LeasePath(lease.lease));
  document.Set("owner", std::int64_t{lease.owner});
  document.Set("device", lease.device);
  document.Set("function", lease.function);
  document.Set("rule", lease.rule);
  document.Set("reason", lease.reason);
  document.Set("revoked", lease.revoked);
  return document;
}

// The taint behind a verdict; nothing where the policy's own made it. It is of
// the device or of the accelerator that this is an engine of.
std::optional<Taint> SetAtRunTime(const Broker& broker, graph::VertexId device,
                                  const policy::TaintVerdict& verdict) {
  if (verdict.taint != kSetAtRunTime) return std::nullopt;
  const graph::Topology& topology = *broker.topology();
  const auto table = broker.taints();
  const placement::DeviceView view(topology, device);
  for (const graph::VertexId id : {device, view.owner()}) {
    const auto found = table->find(topology.vertex(id).key);
    if (found != table->end() && found->second.refuses == verdict.refuses) {
      return found->second;
    }
  }
  return std::nullopt;
}

}  // namespace

Document ToDocument(const ReloadReport& report) {
  Document warnings = Document::Array{};
  for (const policy::Diagnostic& warning : report.policy->warnings()) {
    warnings.Append(ToDocument(warning));
  }
  Document forbidden = Document::Array{};
  for (const ForbiddenLease& lease : report.forbidden) {
    forbidden.Append(ToDocument(lease));
  }
  Document document;
  document.Set("origin", report.policy->origin());
  document.Set("warnings", std::move(warnings));
  document.Set("forbidden", std::move(forbidden));
  return document;
}

Document PolicyStateDocument(const Broker& broker, const Asker& asker) {
  const PolicyState& state = broker.policy_state();
  Document document;
  document.Set("number", static_cast<std::int64_t>(state.number));
  document.Set("age_ns", broker.Since(state.since).value());
  if (!broker.policy().IsAdministrator(asker.subject)) return document;
  document.Set("origin", broker.policy().origin());
  document.Set("warnings",
               static_cast<std::int64_t>(broker.policy().warnings().size()));
  if (state.failure) {
    document.Set("error", state.failure->error.message);
    document.Set("error_age_ns", broker.Since(state.failure->when).value());
  }
  return document;
}

Document TaintDocument(const Broker& broker, const Asker& asker,
                       graph::VertexId device) {
  Document document = Document::Object{};
  const auto taint = broker.TaintOf(asker, device);
  if (!taint) return document;
  document.Set("effect", taint->refuses ? "refuse" : "avoid");
  document.Set("reason", std::string(taint->reason));
  const bool sees_all = broker.policy().IsAdministrator(asker.subject);
  if (sees_all) document.Set("by", std::string(taint->taint));
  if (const auto set = SetAtRunTime(broker, device, *taint)) {
    document.Set("age_ns", broker.Since(set->since).value());
    if (sees_all) document.Set("uid", std::int64_t{set->by});
  }
  return document;
}

}  // namespace acceld::daemon
