#include "policy/policy.h"

#include <algorithm>
#include <utility>

#include "policy/compiler.h"
#include "policy/diagnostic.h"
#include "policy/directory.h"
#include "policy/parser.h"

namespace acceld::policy {

struct Policy::Compiled : CompiledPolicy {
  explicit Compiled(CompiledPolicy policy)
      : CompiledPolicy(std::move(policy)) {}
};

namespace {

Verdict Because(const Rule& rule) {
  return {rule.effect == Effect::kAllow, rule.label, rule.reason};
}

// Root can undo any policy; a rule against it only guards against accidents,
// so it must name root.
Verdict DecideForRoot(const CompiledPolicy& policy, const Subject& subject,
                      const AttributeView& device, std::string_view function) {
  for (const Rule& rule : policy.rules) {
    if (rule.effect == Effect::kDeny && rule.NamesUser(subject.uid) &&
        rule.Covers(device, function)) {
      return Because(rule);
    }
  }
  return {true, "root", {}};
}

Verdict DecideOne(const CompiledPolicy& policy, const Subject& subject,
                  const AttributeView& device, std::string_view function) {
  if (subject.uid == 0) {
    return DecideForRoot(policy, subject, device, function);
  }
  const Rule* allowing = nullptr;
  for (const Rule& rule : policy.rules) {
    if (rule.effect == Effect::kAllow && allowing != nullptr) continue;
    if (!rule.Names(subject) || !rule.Covers(device, function)) continue;
    if (rule.effect == Effect::kDeny) return Because(rule);
    allowing = &rule;
  }
  if (allowing != nullptr) return Because(*allowing);
  return {policy.default_effect == Effect::kAllow, "default", {}};
}

bool HasAny(const std::vector<gid_t>& sorted, const std::vector<gid_t>& gids) {
  return std::any_of(gids.begin(), gids.end(), [&](gid_t gid) {
    return std::binary_search(sorted.begin(), sorted.end(), gid);
  });
}

}  // namespace

Policy::Policy(std::unique_ptr<Compiled> compiled)
    : compiled_(std::move(compiled)) {}
Policy::~Policy() = default;

std::shared_ptr<const Policy> Policy::Default() {
  return std::shared_ptr<const Policy>(
      new Policy(std::make_unique<Compiled>(DefaultPolicy())));
}

Result<std::shared_ptr<const Policy>> Policy::Compile(
    const std::vector<Source>& sources, const UserDatabase& users) {
  if (sources.empty()) return Default();
  Complaints complaints;
  std::vector<PolicyDocument> documents;
  documents.reserve(sources.size());
  for (const Source& source : sources) {
    documents.push_back(ParsePolicy(source, complaints));
  }
  ACCELD_TRY(CompiledPolicy compiled,
             CompilePolicy(documents, users, complaints));
  if (!complaints.empty()) {
    return Fail(ToError(Locate(complaints, Severity::kError, sources)));
  }
  return std::shared_ptr<const Policy>(
      new Policy(std::make_unique<Compiled>(std::move(compiled))));
}

Result<std::shared_ptr<const Policy>> Policy::LoadDirectory(
    const std::string& directory, const UserDatabase& users) {
  ACCELD_TRY(const std::vector<Source> sources, ReadPolicyDirectory(directory));
  return Compile(sources, users);
}

Verdict Policy::Decide(const Subject& subject, const AttributeView& device,
                       std::string_view function) const {
  const auto* offered =
      std::get_if<std::vector<std::string>>(device.Get(attr::kFunctions));
  if (!function.empty() || offered == nullptr || offered->empty()) {
    return DecideOne(*compiled_, subject, device, function);
  }
  Verdict verdict;
  for (const std::string& each : *offered) {
    verdict = DecideOne(*compiled_, subject, device, each);
    if (verdict.allowed) break;
  }
  return verdict;
}

bool Policy::IsAdministrator(const Subject& subject) const {
  const auto& users = compiled_->administrator_users;
  return subject.uid == 0 ||
         std::binary_search(users.begin(), users.end(), subject.uid) ||
         HasAny(compiled_->administrator_groups, subject.gids);
}

const Objective& Policy::objective() const { return compiled_->objective; }
const Limits& Policy::limits() const { return compiled_->limits; }
const std::string& Policy::origin() const { return compiled_->origin; }

}  // namespace acceld::policy
