// Keeper, second part: what becomes of leases that units have: of a process
// before this one, of pods that are gone, of those that acceld ends.
#include <optional>
#include <utility>

#include "base/log.h"
#include "integrations/kubernetes/device_plugin/keeper.h"

namespace acceld::kubernetes {
namespace {

constexpr std::string_view kLabelPrefix = "k8s/";
// The list of a kubelet may be short for a moment; twice in a row is a fact.
constexpr int kMissesOfAPodThatIsGone = 2;

// Resource and unit; nothing for what LabelOf() does not make.
using Label = std::pair<std::string, std::string>;
std::optional<Label> ParseLabel(std::string_view label) {
  if (!label.starts_with(kLabelPrefix)) return std::nullopt;
  label.remove_prefix(kLabelPrefix.size());
  const auto slash = label.find('/');
  if (slash == std::string_view::npos ||
      !IsResourceName(label.substr(0, slash)) ||
      !IsUnitId(label.substr(slash + 1))) {
    return std::nullopt;
  }
  return Label{label.substr(0, slash), label.substr(slash + 1)};
}

}  // namespace

std::string LabelOf(const std::string& resource, const std::string& unit) {
  return std::string(kLabelPrefix) + resource + "/" + unit;
}

bool Keeper::HasKept(const std::string& resource) const {
  const auto first = kept_.lower_bound({resource, ""});
  return first != kept_.end() && first->first.first == resource;
}

Units Keeper::UnitsOf(const Resource& resource) const {
  Units units(resource.is_device);
  for (const auto& [key, kept] : kept_) {
    if (key.first != resource.name) continue;
    units.Hold(key.second, kept.lease.copy, kept.lease.path);
    const Unit* before = entries_.at(key.first).units.Find(key.second);
    if (before != nullptr && before->lost) units.Lose(key.second);
  }
  return units;
}

void Keeper::Offer(std::vector<Offered> resources) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, entry] : entries_) entry.is_retired = true;
  for (Offered& one : resources) {
    Entry& entry = entries_[one.resource.name];
    if (entry.resource != one.resource) {
      // Units of the former file are not the new one's.
      entry.units = UnitsOf(one.resource);
      entry.failure.clear();
      entry.resource = std::move(one.resource);
    }
    entry.publish = std::move(one.publish);
    entry.is_retired = false;
  }
  std::erase_if(entries_, [this](const auto& one) {
    return one.second.is_retired && !HasKept(one.first);
  });
}

Status Keeper::Adopt() {
  const std::lock_guard lock(mutex_);
  ACCELD_TRY(const auto leases, daemon_.FindLeases());
  for (const DaemonLink::Labelled& one : leases) {
    if (one.label.starts_with(kLabelPrefix)) AdoptOne(one);
  }
  return {};
}

void Keeper::AdoptOne(const DaemonLink::Labelled& one) {
  auto lease = daemon_.Attach(one.path);
  if (!lease) {
    Log(LogLevel::kWarning, "lease_not_attached",
        {{"lease", one.path}, {"reason", lease.error().message}});
    return;
  }
  const std::optional<Key> key = ParseLabel(one.label);
  if (!key || kept_.contains(*key)) {
    Log(LogLevel::kInfo, "lease_released",
        {{"lease", one.path},
         {"label", one.label},
         {"reason", key ? "the unit has another one" : "no such unit"}});
    daemon_.Release(*std::move(lease));
    return;
  }
  Log(LogLevel::kInfo, "lease_attached",
      {{"lease", one.path}, {"label", one.label}});
  // Of a resource that is no more a pod may run still.
  Entry& entry = entries_[key->first];
  entry.is_retired = entry.resource.name.empty();
  entry.units.Hold(key->second, lease->copy, one.path);
  Kept& kept =
      kept_.insert_or_assign(*key, Kept{*std::move(lease), clock_.Now()})
          .first->second;
  kept.started = true;  // for all that is known
}

Result<std::vector<DaemonLink::Labelled>> Keeper::Leases() {
  const std::lock_guard lock(mutex_);
  return daemon_.FindLeases();
}

void Keeper::Drop(const Key& key) {
  const auto found = kept_.find(key);
  if (found == kept_.end()) return;
  Log(LogLevel::kInfo, "freed",
      {{"resource", key.first},
       {"unit", key.second},
       {"lease", found->second.lease.path}});
  daemon_.Release(std::move(found->second.lease));
  kept_.erase(found);
  const auto entry = entries_.find(key.first);
  entry->second.units.Free(key.second);
  if (entry->second.is_retired && !HasKept(key.first)) entries_.erase(entry);
}

// Marks what the kubelet told of; what it has not told of for long enough, by
// unit and lease.
std::vector<std::pair<Keeper::Key, std::string>> Keeper::FindAbandoned(
    const UnitsInUse& in_use) {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<Key, std::string>> abandoned;
  const SteadyTime now = clock_.Now();
  for (auto& [key, kept] : kept_) {
    if (in_use.contains({FullName(key.first), key.second})) {
      kept.seen = true;
      kept.missed = 0;
      continue;
    }
    ++kept.missed;
    const bool had_time = kept.seen || now - kept.since >= grace_;
    if (had_time && kept.missed >= kMissesOfAPodThatIsGone) {
      abandoned.emplace_back(key, kept.lease.path);
    }
  }
  return abandoned;
}

void Keeper::Sweep(const UnitsInUse& in_use) {
  const auto abandoned = FindAbandoned(in_use);
  for (const auto& [key, lease] : abandoned) {
    // One after the other: who allocates waits for one release at most, and
    // may have given the unit another lease meanwhile.
    const std::lock_guard lock(mutex_);
    const auto kept = kept_.find(key);
    if (kept != kept_.end() && kept->second.lease.path == lease) Drop(key);
  }
  if (!abandoned.empty()) Refresh();
}

void Keeper::RestartGrace() {
  const std::lock_guard lock(mutex_);
  for (auto& [key, kept] : kept_) {
    kept.seen = false;
    kept.missed = 0;
    kept.since = clock_.Now();
  }
}

void Keeper::CheckLeases() {
  const std::lock_guard lock(mutex_);
  for (auto& [key, kept] : kept_) {
    Entry& entry = entries_.at(key.first);
    const Unit* unit = entry.units.Find(key.second);
    if (unit == nullptr || unit->lost || !IsOver(key, kept)) continue;
    const auto news = kept.lease.lease->WaitForNews();
    Log(LogLevel::kWarning, "lease_lost",
        {{"resource", key.first},
         {"unit", key.second},
         {"lease", kept.lease.path},
         {"reason", news ? news->reason : news.error().message}});
    entry.units.Lose(key.second);
    if (!entry.is_retired) entry.publish(entry.units);
  }
}

std::vector<int> Keeper::NewsFds() {
  const std::lock_guard lock(mutex_);
  std::vector<int> fds;
  for (const auto& [key, kept] : kept_) {
    const Unit* unit = entries_.at(key.first).units.Find(key.second);
    if (unit != nullptr && !unit->lost) fds.push_back(kept.lease.news_fd());
  }
  return fds;
}

}  // namespace acceld::kubernetes
