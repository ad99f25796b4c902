#include "policy/compiler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace acceld::policy {
namespace {

// Each question walks all rules: more of them is a mistake of a generator.
constexpr std::size_t kMaxRules = 4096;

template <typename T>
void Override(T& value, const std::optional<T>& later) {
  if (later) value = *later;
}

void Merge(const ObjectiveDocument& later, Objective& objective) {
  Override(objective.latency_weight, later.latency_weight);
  Override(objective.transfer_weight, later.transfer_weight);
  Override(objective.spread_weight, later.spread_weight);
  Override(objective.pack_weight, later.pack_weight);
  Override(objective.keep_whole_weight, later.keep_whole_weight);
  Override(objective.preferred_weight, later.preferred_weight);
  Override(objective.preferred_frameworks, later.preferred_frameworks);
}

void Merge(const LimitsDocument& later, Limits& limits) {
  Override(limits.default_deadline, later.default_deadline);
  Override(limits.max_deadline, later.max_deadline);
  Override(limits.max_stages, later.max_stages);
  Override(limits.max_leases_per_user, later.max_leases_per_user);
  Override(limits.max_instances_per_user, later.max_instances_per_user);
  Override(limits.max_buffer_bytes_per_user, later.max_buffer_bytes_per_user);
  Override(limits.one_shot_tickets, later.one_shot_tickets);
}

// Adds the numbers of `principals` to `ids` and sorts them. `find` asks the
// database for one name.
template <typename Id, typename Find>
Status Resolve(const std::vector<Principal>& principals, std::string_view kind,
               Find find, Complaints& complaints, std::vector<Id>& ids) {
  for (const Principal& principal : principals) {
    if (const auto* number = std::get_if<std::uint32_t>(&principal.who)) {
      ids.push_back(*number);
      continue;
    }
    const std::string& name = *std::get_if<std::string>(&principal.who);
    ACCELD_TRY(const std::optional<Id> id, find(name));
    if (id) {
      ids.push_back(*id);
    } else {
      complaints.Add(principal.pointer, std::string("no such ").append(kind) +
                                            ": '" + Printable(name, 64) + "'");
    }
  }
  std::sort(ids.begin(), ids.end());
  return {};
}

Status ResolveBoth(const PrincipalLists& lists, const UserDatabase& database,
                   Complaints& complaints, std::vector<uid_t>& users,
                   std::vector<gid_t>& groups) {
  ACCELD_TRY_VOID(Resolve(
      lists.users, "user",
      [&](const std::string& name) { return database.FindUser(name); },
      complaints, users));
  return Resolve(
      lists.groups, "group",
      [&](const std::string& name) { return database.FindGroup(name); },
      complaints, groups);
}

bool IsEverything(const std::string& glob) {
  return glob.find_first_not_of('*') == std::string::npos;
}

Result<Rule> CompileRule(const RuleDocument& document,
                         const UserDatabase& database, Complaints& complaints) {
  Rule rule;
  rule.effect = document.effect;
  rule.label = document.pointer;
  rule.reason = document.reason.empty() ? document.name : document.reason;
  rule.everybody = document.who.users.empty() && document.who.groups.empty();
  ACCELD_TRY_VOID(
      ResolveBoth(document.who, database, complaints, rule.users, rule.groups));
  rule.functions = document.functions;
  // "*" is the same as silence, also for the question about no function.
  if (std::any_of(rule.functions.begin(), rule.functions.end(), IsEverything)) {
    rule.functions.clear();
  }
  rule.devices = document.devices;
  return rule;
}

void CheckLimits(const std::vector<PolicyDocument>& documents,
                 const Limits& limits, Complaints& complaints) {
  if (limits.default_deadline <= limits.max_deadline) return;
  // Blames the last file that had a say in it.
  std::string pointer;
  for (const PolicyDocument& document : documents) {
    if (document.limits.default_deadline) {
      pointer = document.name + "#/limits/default_deadline";
    } else if (document.limits.max_deadline) {
      pointer = document.name + "#/limits/max_deadline";
    }
  }
  complaints.Add(std::move(pointer), "default_deadline (" +
                                         ToString(limits.default_deadline) +
                                         ") is longer than max_deadline (" +
                                         ToString(limits.max_deadline) + ")");
}

}  // namespace

Result<CompiledPolicy> CompilePolicy(
    const std::vector<PolicyDocument>& documents, const UserDatabase& users,
    Complaints& complaints) {
  CompiledPolicy policy;
  for (const PolicyDocument& document : documents) {
    if (!policy.origin.empty()) policy.origin.append(", ");
    policy.origin.append(document.name);
    Override(policy.default_effect, document.default_effect);
    for (const RuleDocument& rule : document.rules) {
      if (policy.rules.size() == kMaxRules) {
        complaints.Add(rule.pointer,
                       "more than " + std::to_string(kMaxRules) + " rules");
        break;
      }
      ACCELD_TRY(Rule compiled, CompileRule(rule, users, complaints));
      policy.rules.push_back(std::move(compiled));
    }
    ACCELD_TRY_VOID(ResolveBoth(document.administrators, users, complaints,
                                policy.administrator_users,
                                policy.administrator_groups));
    Merge(document.objective, policy.objective);
    Merge(document.limits, policy.limits);
  }
  CheckLimits(documents, policy.limits, complaints);
  return policy;
}

CompiledPolicy DefaultPolicy() {
  Rule soft;
  soft.effect = Effect::kAllow;
  soft.label = "default";
  soft.reason = "soft accelerators are for everybody";
  soft.devices.push_back(Selector{.attribute = std::string(attr::kFramework),
                                  .op = Operator::kEquals,
                                  .operands = {{std::string("soft")}}});
  CompiledPolicy policy;
  policy.origin = "default";
  policy.rules.push_back(std::move(soft));
  return policy;
}

}  // namespace acceld::policy
