#include "policy/policy.h"

#include <utility>

#include "policy/compiler.h"
#include "policy/decision.h"
#include "policy/directory.h"
#include "policy/explanation.h"
#include "policy/parser.h"

namespace acceld::policy {

Policy::Policy(CompiledPolicy compiled, std::vector<Diagnostic> warnings)
    : compiled_(std::move(compiled)), warnings_(std::move(warnings)) {}
Policy::~Policy() = default;

std::shared_ptr<const Policy> Policy::Default() {
  return std::shared_ptr<const Policy>(new Policy(DefaultPolicy(), {}));
}

Result<CheckedPolicy> Policy::Check(const std::vector<Source>& sources,
                                    const UserDatabase& users) {
  CheckedPolicy checked;
  if (sources.empty()) {
    checked.policy = Default();
    return checked;
  }
  Remarks remarks;
  std::vector<PolicyDocument> documents;
  documents.reserve(sources.size());
  for (const Source& source : sources) {
    documents.push_back(ParsePolicy(source, remarks.errors));
  }
  ACCELD_TRY(CompiledPolicy compiled, CompilePolicy(documents, users, remarks));
  if (!remarks.errors.empty()) {
    checked.errors = Locate(remarks.errors, Severity::kError, sources);
    return checked;
  }
  checked.warnings = Locate(remarks.warnings, Severity::kWarning, sources);
  for (Diagnostic& note : Locate(remarks.notes, Severity::kNote, sources)) {
    checked.warnings.push_back(std::move(note));
  }
  checked.policy = std::shared_ptr<const Policy>(
      new Policy(std::move(compiled), checked.warnings));
  return checked;
}

Result<std::shared_ptr<const Policy>> Policy::Compile(
    const std::vector<Source>& sources, const UserDatabase& users) {
  ACCELD_TRY(CheckedPolicy checked, Check(sources, users));
  if (!checked.errors.empty()) return Fail(ToError(checked.errors));
  return std::move(checked.policy);
}

Result<std::shared_ptr<const Policy>> Policy::LoadDirectory(
    const std::string& directory, const UserDatabase& users) {
  ACCELD_TRY(const std::vector<Source> sources, ReadPolicyDirectory(directory));
  return Compile(sources, users);
}

SubjectMarks Policy::Mark(const Subject& subject) const {
  return MarkSubject(compiled_, subject);
}

DeviceMarks Policy::Mark(const AttributeView& device) const {
  return MarkDevice(compiled_, device);
}

Verdict Policy::Decide(const SubjectMarks& subject, const DeviceMarks& device,
                       const Use& use) const {
  return DecideUse(compiled_, subject, device, use.function, use.stage);
}

Verdict Policy::Decide(const Subject& subject, const AttributeView& device,
                       std::string_view function) const {
  return DecideUse(compiled_, Mark(subject), Mark(device), function, nullptr);
}

std::optional<TaintVerdict> Policy::TaintOf(const SubjectMarks& subject,
                                            const DeviceMarks& device) const {
  std::optional<TaintVerdict> found;
  for (std::size_t i = 0; i < compiled_.taints.size(); ++i) {
    const Taint& taint = compiled_.taints[i];
    if (!subject.taints.Has(i) || !device.sets.Has(taint.set)) continue;
    const bool refuses = taint.effect == TaintEffect::kRefuse;
    if (found && !refuses) continue;
    found = TaintVerdict{refuses, taint.label, taint.reason};
    if (refuses) break;
  }
  return found;
}

std::string_view Policy::NamespaceOf(const SubjectMarks& subject) const {
  return compiled_.namespaces[subject.space].name;
}

bool Policy::Sees(const SubjectMarks& subject,
                  const DeviceMarks& device) const {
  return subject.sees_all || IsInNamespace(compiled_, subject.space, device);
}

bool Policy::Sees(const SubjectMarks& asker, const SubjectMarks& owner) const {
  if (asker.sees_all) return true;
  std::optional<std::size_t> at = owner.space;
  while (at && *at != asker.space) at = compiled_.namespaces[*at].parent;
  return at.has_value();
}

std::vector<AppliedQuota> Policy::QuotasOf(const Subject& subject) const {
  const std::size_t space = FindNamespace(compiled_, subject);
  std::vector<AppliedQuota> applied;
  for (const Quota& quota : compiled_.quotas) {
    if (!quota.who.Names(subject, space)) continue;
    std::string account = quota.id;
    if (quota.per_user) account.append(" ").append(std::to_string(subject.uid));
    applied.push_back({quota.id, quota.name, quota.class_name,
                       std::move(account), &quota.bounds, quota.set});
  }
  return applied;
}

bool Policy::Counts(const AppliedQuota& quota,
                    const DeviceMarks& device) const {
  return device.sets.Has(quota.set);
}

const Objective* Policy::ObjectiveFor(std::string_view name) const {
  const auto found = compiled_.objectives.find(name);
  return found == compiled_.objectives.end() ? nullptr : &found->second;
}

std::vector<std::string> Policy::ObjectiveNames() const {
  std::vector<std::string> names;
  for (const auto& [name, objective] : compiled_.objectives) {
    names.push_back(name);
  }
  return names;
}

ReleaseTerms Policy::ReleaseOf(const DeviceMarks& device) const {
  ReleaseTerms terms;
  for (const Release& release : compiled_.release) {
    if (!device.sets.Has(release.set)) continue;
    if (release.reset) terms.reset = release.reset;
    if (release.quarantine) terms.quarantine = *release.quarantine;
  }
  return terms;
}

bool Policy::IsAdministrator(const Subject& subject) const {
  // Administrators are named by user and group alone: no namespace matters.
  return subject.uid == 0 ||
         compiled_.administrators.Names(subject, compiled_.namespaces.size());
}

std::vector<Consideration> Policy::Explain(const Subject& subject,
                                           const AttributeView& device,
                                           const Use& use) const {
  return ExplainUse(compiled_, subject, device, use.function, use.stage);
}

bool Policy::RevokesForbidden() const { return compiled_.revoke_forbidden; }
const Objective& Policy::objective() const {
  return compiled_.objectives.find("default")->second;
}
const Limits& Policy::limits() const { return compiled_.limits; }
const Defaults& Policy::defaults() const { return compiled_.defaults; }
const std::string& Policy::origin() const { return compiled_.origin; }
const std::vector<Diagnostic>& Policy::warnings() const { return warnings_; }

}  // namespace acceld::policy
