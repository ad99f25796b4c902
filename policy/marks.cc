#include "policy/marks.h"

#include <algorithm>
#include <optional>

namespace acceld::policy {
namespace {

void MarkRules(const CompiledPolicy& policy, const Subject& subject,
               SubjectMarks& marks) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    // Root can undo any policy: a rule against it only guards against
    // accidents, so it must name root; and root needs no rule for it.
    const bool speaks =
        marks.is_root ? rule.effect == Effect::kDeny && rule.who.NamesUser(0)
                      : rule.who.Names(subject, marks.space);
    if (!speaks) continue;
    (rule.effect == Effect::kDeny ? marks.denies : marks.allows).Set(i);
  }
}

}  // namespace

SubjectMarks MarkSubject(const CompiledPolicy& policy, const Subject& subject) {
  SubjectMarks marks;
  marks.is_root = subject.uid == 0;
  marks.space = FindNamespace(policy, subject);
  marks.sees_all = marks.is_root || policy.administrators.Names(
                                        subject, policy.namespaces.size());
  marks.denies = Bits(policy.rules.size());
  marks.allows = Bits(policy.rules.size());
  MarkRules(policy, subject, marks);
  marks.reserves = Bits(policy.reserve.size());
  for (std::size_t i = 0; i < policy.reserve.size(); ++i) {
    if (!marks.is_root && !policy.reserve[i].who.Names(subject, marks.space)) {
      marks.reserves.Set(i);
    }
  }
  marks.taints = Bits(policy.taints.size());
  for (std::size_t i = 0; i < policy.taints.size(); ++i) {
    if (!policy.taints[i].tolerating.Names(subject, marks.space)) {
      marks.taints.Set(i);
    }
  }
  return marks;
}

DeviceMarks MarkDevice(const CompiledPolicy& policy,
                       const AttributeView& device) {
  Bits classes(policy.classes.size());
  for (std::size_t i = 0; i < policy.classes.size(); ++i) {
    if (MatchesAll(policy.classes[i].devices, device)) classes.Set(i);
  }
  DeviceMarks marks;
  marks.sets = Bits(policy.sets.size());
  for (std::size_t i = 0; i < policy.sets.size(); ++i) {
    const DeviceSet& set = policy.sets[i];
    const bool of_class =
        set.classes.empty() ||
        std::any_of(set.classes.begin(), set.classes.end(),
                    [&](std::size_t one) { return classes.Has(one); });
    if (of_class && MatchesAll(set.devices, device)) marks.sets.Set(i);
  }
  marks.rules = Bits(policy.rules.size());
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    if (marks.sets.Has(policy.rules[i].set)) marks.rules.Set(i);
  }
  const AttributeValue* offered = device.Get(attr::kFunctions);
  if (const auto* functions = std::get_if<std::vector<std::string>>(offered)) {
    marks.functions = *functions;
  }
  return marks;
}

std::size_t FindNamespace(const CompiledPolicy& policy,
                          const Subject& subject) {
  for (const std::size_t space : policy.namespace_order) {
    // Members are not named by namespace.
    if (policy.namespaces[space].members.Names(subject,
                                               policy.namespaces.size())) {
      return space;
    }
  }
  return kDefaultNamespace;
}

bool IsInNamespace(const CompiledPolicy& policy, std::size_t space,
                   const DeviceMarks& device) {
  std::optional<std::size_t> at = space;
  while (at) {
    if (!device.sets.Has(policy.namespaces[*at].set)) return false;
    at = policy.namespaces[*at].parent;
  }
  return true;
}

}  // namespace acceld::policy
