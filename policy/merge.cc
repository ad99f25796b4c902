#include "policy/merge.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace acceld::policy {
namespace {

class Merge {
 public:
  Merge(CompiledPolicy& policy, Names& classes, Complaints& errors,
        Complaints& notes)
      : policy_(policy),
        classes_(classes),
        errors_(errors),
        notes_(notes),
        objectives_("objective", errors) {}

  void Add(const PolicyDocument& document) {
    file_ = document.name + "#";
    Set("/default", document.default_effect, policy_.default_effect);
    const LimitsDocument& limits = document.limits;
    Limits& all = policy_.limits;
    Set("/limits/max_deadline", limits.max_deadline, all.max_deadline);
    Set("/limits/max_stages", limits.max_stages, all.max_stages);
    Set("/limits/max_leases_per_user", limits.max_leases_per_user,
        all.max_leases_per_user);
    Set("/limits/max_instances_per_user", limits.max_instances_per_user,
        all.max_instances_per_user);
    Set("/limits/max_buffer_bytes_per_user", limits.max_buffer_bytes_per_user,
        all.max_buffer_bytes_per_user);
    Set("/limits/max_linger", limits.max_linger, all.max_linger);
    Set("/limits/tickets", limits.one_shot_tickets, all.one_shot_tickets);
    const DefaultsDocument& defaults = document.defaults;
    Set("/defaults/deadline", defaults.deadline, policy_.defaults.deadline);
    Set("/defaults/sharing", defaults.sharing, policy_.defaults.sharing);
    Set("/defaults/sva", defaults.sva, policy_.defaults.sva);
    Set("/defaults/traffic", defaults.traffic, policy_.defaults.traffic);
    Set("/reload/revoke_forbidden", document.revoke_forbidden,
        policy_.revoke_forbidden);
  }

  // "default" first: the others take from it what they are silent about.
  void AddObjectives(const std::vector<PolicyDocument>& documents) {
    for (const bool is_default : {true, false}) {
      for (const PolicyDocument& document : documents) {
        for (const ObjectiveDocument& one : document.objectives) {
          if ((one.name == "default") != is_default) continue;
          if (objectives_.Add(one.name, one.pointer, 0)) AddObjective(one);
        }
      }
    }
  }

  // Blames the last file that had a say in it.
  void CheckDeadlines() {
    if (policy_.defaults.deadline <= policy_.limits.max_deadline) return;
    const auto by_default = set_by_.find("/defaults/deadline");
    const auto by_limit = set_by_.find("/limits/max_deadline");
    const bool blames_limit =
        by_limit != set_by_.end() &&
        (by_default == set_by_.end() ||
         by_default->second.order <= by_limit->second.order);
    errors_.Add(blames_limit ? by_limit->second.file + by_limit->first
                             : by_default->second.file + by_default->first,
                "the default deadline (" + ToString(policy_.defaults.deadline) +
                    ") is longer than max_deadline (" +
                    ToString(policy_.limits.max_deadline) + ")");
  }

 private:
  struct Place {
    std::string file;
    int order = 0;
  };

  template <typename T>
  void Set(const std::string& key, const std::optional<T>& later, T& value) {
    if (!later) return;
    value = *later;
    const auto [before, is_new] = set_by_.try_emplace(key, Place{file_, 0});
    if (!is_new) {
      notes_.Add(file_ + key, "overrides " + before->second.file + key);
    }
    before->second = {file_, ++order_};
  }

  void AddObjective(const ObjectiveDocument& document) {
    Objective objective = policy_.objectives.find("default")->second;
    const auto take = [](const auto& from, auto& to) {
      if (from) to = *from;
    };
    take(document.latency_weight, objective.latency_weight);
    take(document.transfer_weight, objective.transfer_weight);
    take(document.spread_weight, objective.spread_weight);
    take(document.pack_weight, objective.pack_weight);
    take(document.keep_whole_weight, objective.keep_whole_weight);
    take(document.power_weight, objective.power_weight);
    take(document.preferred_weight, objective.preferred_weight);
    take(document.preferred_frameworks, objective.preferred_frameworks);
    if (document.class_costs) {
      objective.class_costs.clear();
      for (const ClassCostDocument& one : *document.class_costs) {
        const auto index = classes_.Use(one.name);
        if (!index) continue;
        objective.class_costs.push_back(
            {one.name.text, policy_.classes[*index].devices, one.cost});
      }
    }
    policy_.objectives[document.name] = std::move(objective);
  }

  CompiledPolicy& policy_;
  Names& classes_;
  Complaints& errors_;
  Complaints& notes_;
  Names objectives_;
  std::string file_;  // "20-lab.json#"
  std::map<std::string, Place> set_by_;
  int order_ = 0;
};

}  // namespace

void MergeSettings(const std::vector<PolicyDocument>& documents,
                   CompiledPolicy& policy, Names& classes, Complaints& errors,
                   Complaints& notes) {
  Merge merge(policy, classes, errors, notes);
  for (const PolicyDocument& document : documents) merge.Add(document);
  merge.AddObjectives(documents);
  merge.CheckDeadlines();
}

}  // namespace acceld::policy
