#include "policy/decision.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/glob.h"

namespace acceld::policy {
namespace {

constexpr std::string_view kOutside = "outside the caller's namespace";

// The first rule that both have a bit for and that is about the function and
// the stage; null where there is none.
const Rule* FirstOf(const CompiledPolicy& policy, const Bits& subject,
                    const Bits& device, std::string_view function,
                    const AttributeView* stage) {
  const auto& words = subject.words();
  for (std::size_t word = 0; word < words.size(); ++word) {
    std::uint64_t both = words[word] & device.words()[word];
    for (; both != 0; both &= both - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(both));
      const Rule& rule = policy.rules[word * Bits::kWord + bit];
      if (CoversFunction(rule, function) && CoversStage(rule, stage)) {
        return &rule;
      }
    }
  }
  return nullptr;
}

Verdict Because(const Rule& rule) {
  return {rule.effect == Effect::kAllow, rule.label, rule.reason};
}

}  // namespace

bool CoversFunction(const Rule& rule, std::string_view function) {
  if (rule.functions.empty()) return true;
  return !function.empty() &&
         std::any_of(rule.functions.begin(), rule.functions.end(),
                     [&](const std::string& glob) {
                       return MatchesGlob(glob, function);
                     });
}

bool CoversStage(const Rule& rule, const AttributeView* stage) {
  if (rule.request.empty()) return true;
  if (stage == nullptr) return rule.effect == Effect::kAllow;
  return MatchesAll(rule.request, *stage);
}

Verdict DecideFunction(const CompiledPolicy& policy,
                       const SubjectMarks& subject, const DeviceMarks& device,
                       std::string_view function, const AttributeView* stage) {
  if (!subject.is_root && !IsInNamespace(policy, subject.space, device)) {
    return {false, policy.namespaces[subject.space].label, kOutside};
  }
  for (std::size_t i = 0; i < policy.reserve.size(); ++i) {
    const Reserve& reserve = policy.reserve[i];
    if (subject.reserves.Has(i) && device.sets.Has(reserve.set)) {
      return {false, reserve.label, reserve.reason};
    }
  }
  const Rule* denying =
      FirstOf(policy, subject.denies, device.rules, function, stage);
  if (denying != nullptr) return Because(*denying);
  if (subject.is_root) return {true, "root", {}};
  const Rule* allowing =
      FirstOf(policy, subject.allows, device.rules, function, stage);
  if (allowing != nullptr) return Because(*allowing);
  return {policy.default_effect == Effect::kAllow, "default", {}};
}

Verdict DecideUse(const CompiledPolicy& policy, const SubjectMarks& subject,
                  const DeviceMarks& device, std::string_view function,
                  const AttributeView* stage) {
  if (!function.empty() || device.functions.empty()) {
    return DecideFunction(policy, subject, device, function, stage);
  }
  Verdict verdict;
  for (const std::string& each : device.functions) {
    verdict = DecideFunction(policy, subject, device, each, stage);
    if (verdict.allowed) break;
  }
  return verdict;
}

}  // namespace acceld::policy
