#include "policy/compiler.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/attribute.h"
#include "policy/contradiction.h"
#include "policy/effect_check.h"
#include "policy/known_attributes.h"
#include "policy/merge.h"
#include "policy/names.h"
#include "policy/offer_check.h"
#include "policy/selector_check.h"
#include "policy/who_compiler.h"

namespace acceld::policy {
namespace {

// Each question walks them all: more is a mistake of a generator.
constexpr std::size_t kMaxRules = 4096;

bool IsEverything(const std::string& glob) {
  return glob.find_first_not_of('*') == std::string::npos;
}

const std::string& ReasonOf(const std::string& reason,
                            const std::string& name) {
  return reason.empty() ? name : reason;
}

class Compiler {
 public:
  Compiler(const std::vector<PolicyDocument>& documents,
           const UserDatabase& users, Remarks& remarks)
      : documents_(documents),
        remarks_(remarks),
        classes_("class", remarks.errors),
        who_(users, remarks.errors) {}

  Result<CompiledPolicy> Run() {
    AddNames();
    ACCELD_TRY_VOID(who_.ResolveSubjects());
    for (const PolicyDocument& document : documents_) {
      ACCELD_TRY_VOID(AddRules(document));
      ACCELD_TRY_VOID(AddReserve(document));
      ACCELD_TRY_VOID(AddTaints(document));
      ACCELD_TRY_VOID(AddQuotas(document));
      AddRelease(document);
      ACCELD_TRY_VOID(AddAdministrators(document));
    }
    ACCELD_TRY_VOID(AddMembers());
    MergeSettings(documents_, policy_, classes_, remarks_.errors,
                  remarks_.notes);
    CheckQuotas(policy_, remarks_.errors);
    if (remarks_.errors.empty()) {
      WarnOfUnused("class", classes_.Unused());
      WarnOfUnused("subject", who_.UnusedSubjects());
      WarnOfShadowed(policy_, remarks_.warnings);
      WarnOfFunctionsNotOffered(policy_, remarks_.warnings);
    }
    return std::move(policy_);
  }

 private:
  void AddNames() {
    for (const PolicyDocument& document : documents_) {
      if (!policy_.origin.empty()) policy_.origin.append(", ");
      policy_.origin.append(document.name);
      for (const ClassDocument& one : document.classes) AddClass(one);
      for (const SubjectDocument& one : document.subjects) {
        who_.AddSubject(one);
      }
      for (const NamespaceDocument& one : document.namespaces) {
        (void)AddNamespace(one, std::nullopt);
      }
    }
    // Not described, it can be named all the same.
    if (policy_.namespaces.front().label == "default") {
      AddToNamespaces(kDefaultNamespace, {kDefaultNamespace}, "default",
                      "default");
    }
    RegisterNamespaces();
  }

  void AddClass(const ClassDocument& one) {
    CheckSelectors(one.devices, DeviceAttributes(),
                   PointerTo(one.pointer, "devices"), remarks_.errors);
    if (classes_.Add(one.name, one.pointer, policy_.classes.size())) {
      policy_.classes.push_back({one.name, one.pointer, one.devices});
    }
  }

  // Returns the index and those of the parts. Members follow later: they may
  // name subjects of any file.
  std::vector<std::size_t> AddNamespace(const NamespaceDocument& document,
                                        std::optional<std::size_t> parent) {
    const bool is_default = document.name == "default" && !parent;
    std::size_t index = kDefaultNamespace;
    if (!is_default) {
      index = policy_.namespaces.size();
      policy_.namespaces.emplace_back();
    }
    policy_.namespaces[index].name = document.name;
    policy_.namespaces[index].label = document.pointer;
    policy_.namespaces[index].parent = parent;
    spaces_.emplace_back(index, &document);
    std::vector<std::size_t> parts{index};
    for (const NamespaceDocument& part : document.namespaces) {
      const auto of_part = AddNamespace(part, index);
      parts.insert(parts.end(), of_part.begin(), of_part.end());
    }
    AddToNamespaces(index, parts, document.name, document.pointer);
    return parts;
  }

  void AddToNamespaces(std::size_t index, std::vector<std::size_t> parts,
                       const std::string& name, const std::string& pointer) {
    if (index != kDefaultNamespace) policy_.namespace_order.push_back(index);
    named_spaces_.push_back({name, pointer, std::move(parts)});
  }

  void RegisterNamespaces() {
    for (NamedSpace& one : named_spaces_) {
      who_.AddNamespace(one.name, one.pointer, std::move(one.parts));
    }
  }

  Status AddMembers() {
    for (const auto& [index, document] : spaces_) {
      Namespace& space = policy_.namespaces[index];
      ACCELD_TRY(space.members, who_.Compile(document->members));
      if (!space.members.spaces.empty()) {
        remarks_.errors.Add(document->pointer,
                            "a subject among its members names a namespace: "
                            "who is in one cannot depend on that");
      }
      space.set = SetOf(document->what);
      if (!document->share) continue;
      space.share = policy_.quotas.size();
      Quota share = QuotaOf(*document->share);
      share.name = document->name;
      share.who.spaces = PartsOf(index);
      policy_.quotas.push_back(std::move(share));
    }
    return {};
  }

  [[nodiscard]] std::vector<std::size_t> PartsOf(std::size_t space) const {
    std::vector<std::size_t> parts{space};
    for (std::size_t i = 0; i < policy_.namespaces.size(); ++i) {
      for (auto up = policy_.namespaces[i].parent; up;
           up = policy_.namespaces[*up].parent) {
        if (*up == space) parts.push_back(i);
      }
    }
    std::sort(parts.begin(), parts.end());
    return parts;
  }

  Status AddRules(const PolicyDocument& document) {
    for (const RuleDocument& one : document.rules) {
      if (policy_.rules.size() == kMaxRules) {
        remarks_.errors.Add(
            one.pointer, "more than " + std::to_string(kMaxRules) + " rules");
        break;
      }
      Rule rule;
      rule.effect = one.effect;
      rule.label = one.pointer;
      rule.reason = ReasonOf(one.reason, one.name);
      ACCELD_TRY(rule.who, who_.CompileOrAll(one.who));
      rule.set = SetOf(one.what);
      rule.functions = one.functions;
      // "*" is the same as silence, also for the question about no function.
      if (std::any_of(rule.functions.begin(), rule.functions.end(),
                      IsEverything)) {
        rule.functions.clear();
      }
      CheckSelectors(one.request, RequestAttributes(),
                     PointerTo(one.pointer, "request"), remarks_.errors);
      rule.request = one.request;
      policy_.rules.push_back(std::move(rule));
    }
    return {};
  }

  Status AddReserve(const PolicyDocument& document) {
    for (const ReserveDocument& one : document.reserve) {
      ACCELD_TRY(Who who, who_.Compile(one.who));
      policy_.reserve.push_back({one.pointer, ReasonOf(one.reason, one.name),
                                 std::move(who), SetOf(one.what)});
    }
    return {};
  }

  Status AddTaints(const PolicyDocument& document) {
    for (const TaintDocument& one : document.taints) {
      ACCELD_TRY(Who who, who_.Compile(one.who));
      policy_.taints.push_back({one.effect, one.pointer,
                                ReasonOf(one.reason, one.name), std::move(who),
                                SetOf(one.what)});
    }
    return {};
  }

  Status AddQuotas(const PolicyDocument& document) {
    for (const QuotaDocument& one : document.quotas) {
      Quota quota = QuotaOf(one);
      ACCELD_TRY(quota.who, who_.CompileOrAll(one.who));
      policy_.quotas.push_back(std::move(quota));
    }
    return {};
  }

  [[nodiscard]] Quota QuotaOf(const QuotaDocument& document) {
    Quota quota;
    quota.id = document.pointer;
    quota.name = document.name;
    quota.per_user = document.per_user;
    quota.bounds = document.bounds;
    if (document.device_class) {
      quota.class_name = document.device_class->text;
      quota.set = SetOf({{*document.device_class}, {}, document.pointer});
    }
    return quota;
  }

  void AddRelease(const PolicyDocument& document) {
    for (const ReleaseDocument& one : document.release) {
      policy_.release.push_back(
          {one.pointer, SetOf(one.what), one.reset, one.quarantine});
    }
  }

  Status AddAdministrators(const PolicyDocument& document) {
    ACCELD_TRY(const Who who, who_.Compile(document.administrators));
    policy_.administrators.Add(who);
    policy_.administrators.Sort();
    return {};
  }

  // The index of the set of these devices, a new one or one like it.
  [[nodiscard]] std::size_t SetOf(const DeviceTerms& terms) {
    DeviceSet set;
    for (const Word& word : terms.classes) {
      if (const auto index = classes_.Use(word)) set.classes.push_back(*index);
    }
    std::sort(set.classes.begin(), set.classes.end());
    set.devices = terms.devices;
    CheckSelectors(set.devices, DeviceAttributes(),
                   PointerTo(terms.pointer, "devices"), remarks_.errors);
    CheckClasses(terms, set);
    const auto found = std::find(policy_.sets.begin(), policy_.sets.end(), set);
    if (found == policy_.sets.end()) {
      policy_.sets.push_back(std::move(set));
      return policy_.sets.size() - 1;
    }
    return static_cast<std::size_t>(found - policy_.sets.begin());
  }

  // A device must be of one of the classes and match the selectors too.
  void CheckClasses(const DeviceTerms& terms, const DeviceSet& set) {
    if (set.classes.empty() || set.devices.empty()) return;
    const bool none = std::all_of(
        set.classes.begin(), set.classes.end(), [&](std::size_t index) {
          std::vector<Selector> both = policy_.classes[index].devices;
          both.insert(both.end(), set.devices.begin(), set.devices.end());
          return NeverHold(both, DeviceAttributes());
        });
    if (none) {
      remarks_.errors.Add(PointerTo(terms.pointer, "devices"),
                          "can never hold: no device of the classes can match");
    }
  }

  void WarnOfUnused(const std::string& kind, const std::vector<Word>& unused) {
    for (const Word& one : unused) {
      remarks_.warnings.Add(
          one.pointer, "nothing names the " + kind + " '" + one.text + "'");
    }
  }

  struct NamedSpace {
    std::string name;
    std::string pointer;
    std::vector<std::size_t> parts;
  };

  const std::vector<PolicyDocument>& documents_;
  Remarks& remarks_;
  Names classes_;
  WhoCompiler who_;
  CompiledPolicy policy_;
  std::vector<std::pair<std::size_t, const NamespaceDocument*>> spaces_;
  std::vector<NamedSpace> named_spaces_;
};

}  // namespace

Result<CompiledPolicy> CompilePolicy(
    const std::vector<PolicyDocument>& documents, const UserDatabase& users,
    Remarks& remarks) {
  return Compiler(documents, users, remarks).Run();
}

CompiledPolicy DefaultPolicy() {
  CompiledPolicy policy;
  policy.origin = "default";
  policy.sets.push_back({{},
                         {Selector{.attribute = std::string(attr::kFramework),
                                   .op = Operator::kEquals,
                                   .operands = {{std::string("soft")}}}}});
  Rule soft;
  soft.effect = Effect::kAllow;
  soft.label = "default";
  soft.reason = "soft accelerators are for everybody";
  soft.who.everybody = true;
  soft.set = policy.sets.size() - 1;
  policy.rules.push_back(std::move(soft));
  return policy;
}

}  // namespace acceld::policy
