#include "policy/effect_check.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/glob.h"

namespace acceld::policy {
namespace {

// Whether each selector of `wide` is one of `narrow` too: then what matches
// `narrow` matches `wide`.
bool Covers(const std::vector<Selector>& wide,
            const std::vector<Selector>& narrow) {
  return std::all_of(wide.begin(), wide.end(), [&](const Selector& one) {
    return std::find(narrow.begin(), narrow.end(), one) != narrow.end();
  });
}

bool Covers(const CompiledPolicy& policy, std::size_t wide,
            std::size_t narrow) {
  if (wide == kAllDevices || wide == narrow) return true;
  const DeviceSet& all = policy.sets[wide];
  const DeviceSet& part = policy.sets[narrow];
  const bool classes =
      all.classes.empty() ||
      (!part.classes.empty() &&
       std::includes(all.classes.begin(), all.classes.end(),
                     part.classes.begin(), part.classes.end()));
  return classes && Covers(all.devices, part.devices);
}

// A '?' of the wide glob could take the '*' of the narrow one for a character.
bool GlobCovers(const std::string& wide, const std::string& narrow) {
  return wide == narrow ||
         (wide.find('?') == std::string::npos && MatchesGlob(wide, narrow));
}

bool Covers(const std::vector<std::string>& wide,
            const std::vector<std::string>& narrow) {
  if (wide.empty()) return true;
  return !narrow.empty() &&
         std::all_of(narrow.begin(), narrow.end(), [&](const auto& one) {
           return std::any_of(wide.begin(), wide.end(), [&](const auto& glob) {
             return GlobCovers(glob, one);
           });
         });
}

// Whether `wide` speaks wherever `narrow` does. The cheapest tests first.
bool Covers(const CompiledPolicy& policy, const Rule& wide,
            const Rule& narrow) {
  return Covers(policy, wide.set, narrow.set) &&
         Covers(wide.functions, narrow.functions) &&
         wide.who.Covers(narrow.who) && Covers(wide.request, narrow.request);
}

// A rule against root by name says more than one against all.
bool BindsRoot(const Rule& rule) {
  return rule.effect == Effect::kDeny && rule.who.NamesUser(0);
}

void CheckQuota(const Quota& quota, Complaints& errors) {
  const QuotaBounds& bounds = quota.bounds;
  const auto some = [](const std::optional<std::int64_t>& bound) {
    return bound && *bound > 0;
  };
  const bool no_devices = bounds.devices && *bounds.devices == 0;
  const bool no_instances = bounds.instances && *bounds.instances == 0;
  if (!no_devices && !no_instances) return;
  const std::string_view none = no_devices ? "devices" : "instances";
  if (some(bounds.leases) || (no_devices && some(bounds.instances)) ||
      (no_instances && some(bounds.devices))) {
    errors.Add(quota.id,
               "cannot be used: it allows leases, devices or "
               "instances, but 0 " +
                   std::string(none));
  }
}

template <typename T>
void CheckShare(const std::optional<T>& share, const std::optional<T>& whole,
                std::string_view key, const Quota& quota, const Quota& of,
                Complaints& errors) {
  if (!share || !whole || *share <= *whole) return;
  errors.Add(PointerTo(quota.id, key),
             "is more than the share of what it is a "
             "part of (" +
                 of.id + ")");
}

// Ids of the quotas whose class could not be read or is not known: they would
// pass for quotas of all devices.
std::set<std::string> WithoutClass(const CompiledPolicy& policy,
                                   const Complaints& errors) {
  std::set<std::string> pointers;
  for (const Complaint& error : errors.all()) pointers.insert(error.pointer);
  std::set<std::string> ids;
  for (const Quota& quota : policy.quotas) {
    // Of too many errors some are only counted.
    if (errors.left_out() > 0 ||
        pointers.contains(PointerTo(quota.id, "class"))) {
      ids.insert(quota.id);
    }
  }
  return ids;
}

// Only shares of the same devices can be compared.
void CheckShares(const CompiledPolicy& policy, const Namespace& space,
                 const std::set<std::string>& unsure, Complaints& errors) {
  if (!space.share) return;
  const Quota& share = policy.quotas[*space.share];
  if (unsure.contains(share.id)) return;
  for (auto up = space.parent; up; up = policy.namespaces[*up].parent) {
    const auto above = policy.namespaces[*up].share;
    if (!above || policy.quotas[*above].set != share.set) continue;
    const Quota& whole = policy.quotas[*above];
    if (unsure.contains(whole.id)) continue;
    const QuotaBounds& a = share.bounds;
    const QuotaBounds& b = whole.bounds;
    CheckShare(a.devices, b.devices, "devices", share, whole, errors);
    CheckShare(a.instances, b.instances, "instances", share, whole, errors);
    CheckShare(a.pasids, b.pasids, "pasids", share, whole, errors);
    CheckShare(a.memory, b.memory, "memory", share, whole, errors);
    CheckShare(a.buffers, b.buffers, "buffers", share, whole, errors);
    CheckShare(a.leases, b.leases, "leases", share, whole, errors);
    CheckShare(a.solver_time, b.solver_time, "solver_time", share, whole,
               errors);
  }
}

}  // namespace

void CheckQuotas(const CompiledPolicy& policy, Complaints& errors) {
  const std::set<std::string> unsure = WithoutClass(policy, errors);
  for (const Quota& quota : policy.quotas) CheckQuota(quota, errors);
  for (const Namespace& space : policy.namespaces) {
    CheckShares(policy, space, unsure, errors);
  }
}

void WarnOfShadowed(const CompiledPolicy& policy, Complaints& warnings) {
  const auto& rules = policy.rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t j = 0; j < rules.size(); ++j) {
      if (i == j) continue;
      const Rule& by = rules[j];
      const Rule& rule = rules[i];
      const bool denied = by.effect == Effect::kDeny;
      if (!denied && rule.effect == Effect::kDeny) continue;
      if (BindsRoot(rule) && !BindsRoot(by)) continue;
      if (!Covers(policy, by, rule)) continue;
      // Of two that say the same, the later one is superfluous.
      if (by.effect == rule.effect && j > i && Covers(policy, rule, by)) {
        continue;
      }
      warnings.Add(rule.label,
                   std::string("has no effect: ") + by.label +
                       (by.effect == rule.effect ? " says all that it says"
                                                 : " denies all of it"));
      break;
    }
  }
}

}  // namespace acceld::policy
