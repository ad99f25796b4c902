#include "policy/explanation.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "policy/decision.h"
#include "policy/marks.h"
#include "policy/selector_text.h"

namespace acceld::policy {
namespace {

// The first selector that does not hold, and what the attribute is.
std::string WhyNot(const std::vector<Selector>& selectors,
                   const AttributeView& view) {
  for (const Selector& selector : selectors) {
    if (Matches(selector, view)) continue;
    std::string text = "it is not the case that " + ToText(selector);
    if (selector.attribute.empty()) return text;
    const AttributeValue* value = view.Get(selector.attribute);
    return text + (value == nullptr
                       ? ": it is not known"
                       : ": it is '" + acceld::ToText(*value) + "'");
  }
  return {};
}

class Explainer {
 public:
  Explainer(const CompiledPolicy& policy, const Subject& subject,
            const AttributeView& device, std::string_view function,
            const AttributeView* stage)
      : policy_(policy),
        device_(device),
        function_(function),
        stage_(stage),
        subject_marks_(MarkSubject(policy, subject)),
        device_marks_(MarkDevice(policy, device)) {}

  std::vector<Consideration> Run() {
    ExplainNamespace();
    for (std::size_t i = 0; i < policy_.reserve.size(); ++i) {
      const Reserve& reserve = policy_.reserve[i];
      Add(reserve.label, "reserve", reserve.reason,
          subject_marks_.reserves.Has(i)
              ? WhySet(reserve.set)
              : "kept for the subject, or it is root",
          "keeps the device for others");
    }
    ExplainRules(Effect::kDeny);
    ExplainRules(Effect::kAllow);
    for (std::size_t i = 0; i < policy_.taints.size(); ++i) {
      const Taint& taint = policy_.taints[i];
      Add(taint.label,
          taint.effect == TaintEffect::kRefuse ? "refuse" : "avoid",
          taint.reason,
          subject_marks_.taints.Has(i) ? WhySet(taint.set)
                                       : "the subject tolerates it",
          "taints the device");
    }
    return std::move(all_);
  }

 private:
  // An empty `why_not`: it speaks.
  void Add(std::string_view entry, std::string_view what,
           std::string_view reason, std::string why_not, std::string_view why) {
    const bool speaks = why_not.empty();
    all_.push_back({entry, what, reason, speaks,
                    speaks ? std::string(why) : std::move(why_not)});
  }

  void ExplainNamespace() {
    const Namespace& space = policy_.namespaces[subject_marks_.space];
    std::string why_not;
    if (subject_marks_.is_root) {
      why_not = "the subject is root";
    } else if (IsInNamespace(policy_, subject_marks_.space, device_marks_)) {
      why_not = "the device is in the subject's namespace '" + space.name + "'";
    }
    Add(space.label, "namespace", space.name, std::move(why_not),
        "the device is outside the subject's namespace");
  }

  void ExplainRules(Effect effect) {
    const bool denies = effect == Effect::kDeny;
    const Bits& of_subject =
        denies ? subject_marks_.denies : subject_marks_.allows;
    for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
      const Rule& rule = policy_.rules[i];
      if (rule.effect != effect) continue;
      std::string why_not;
      if (!of_subject.Has(i)) {
        why_not = subject_marks_.is_root ? "does not deny root by its own name"
                                         : "does not name the subject";
      } else {
        why_not = WhyUse(rule);
      }
      Add(rule.label, denies ? "deny" : "allow", rule.reason,
          std::move(why_not), "names the subject, the device and the use");
    }
  }

  [[nodiscard]] std::string WhyUse(const Rule& rule) const {
    std::string why_not = WhySet(rule.set);
    if (!why_not.empty()) return why_not;
    if (!CoversSome(rule)) {
      return function_.empty()
                 ? "is about none of the functions that the device offers"
                 : "is not about the function " + std::string(function_);
    }
    if (CoversStage(rule, stage_)) return {};
    return stage_ == nullptr ? "depends on the request"
                             : "request: " + WhyNot(rule.request, *stage_);
  }

  [[nodiscard]] bool CoversSome(const Rule& rule) const {
    if (!function_.empty() || device_marks_.functions.empty()) {
      return CoversFunction(rule, function_);
    }
    for (const std::string& each : device_marks_.functions) {
      if (CoversFunction(rule, each)) return true;
    }
    return false;
  }

  // Why the device is not in the set; empty: it is.
  [[nodiscard]] std::string WhySet(std::size_t index) const {
    if (device_marks_.sets.Has(index)) return {};
    const DeviceSet& set = policy_.sets[index];
    std::string text = WhyNot(set.devices, device_);
    if (!text.empty()) return "devices: " + text;
    for (const std::size_t one : set.classes) {
      const DeviceClass& known = policy_.classes[one];
      text.append(text.empty() ? "class " : "; class ");
      text.append(known.name).append(": ");
      text.append(WhyNot(known.devices, device_));
    }
    return text;
  }

  const CompiledPolicy& policy_;
  const AttributeView& device_;
  std::string_view function_;
  const AttributeView* stage_;
  const SubjectMarks subject_marks_;
  const DeviceMarks device_marks_;
  std::vector<Consideration> all_;
};

}  // namespace

std::vector<Consideration> ExplainUse(const CompiledPolicy& policy,
                                      const Subject& subject,
                                      const AttributeView& device,
                                      std::string_view function,
                                      const AttributeView* stage) {
  return Explainer(policy, subject, device, function, stage).Run();
}

}  // namespace acceld::policy
