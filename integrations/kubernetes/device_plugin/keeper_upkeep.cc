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

}  // namespace

std::string LabelOf(const std::string& resource, const std::string& unit) {
  return std::string(kLabelPrefix) + resource + "/" + unit;
}

// Of the resources that there are; nothing for a label that names another one.
std::optional<Keeper::Key> Keeper::KeyOf(const std::string& label) const {
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    const std::string prefix = LabelOf(resources_[i].name, "");
    if (label.starts_with(prefix) && IsUnitId(label.substr(prefix.size()))) {
      return Key{i, label.substr(prefix.size())};
    }
  }
  return std::nullopt;
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
  const auto key = KeyOf(one.label);
  if (!key || kept_.contains(*key)) {
    Log(LogLevel::kInfo, "lease_released",
        {{"lease", one.path},
         {"label", one.label},
         {"reason", key ? "the unit has another one" : "no such resource"}});
    daemon_.Release(*std::move(lease));
    return;
  }
  Log(LogLevel::kInfo, "lease_attached",
      {{"lease", one.path}, {"label", one.label}});
  units_[key->first].Hold(key->second, lease->copy, one.path);
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
      {{"resource", resources_[key.first].name},
       {"unit", key.second},
       {"lease", found->second.lease.path}});
  daemon_.Release(std::move(found->second.lease));
  kept_.erase(found);
  units_[key.first].Free(key.second);
}

// Marks what the kubelet told of; what it has not told of for long enough, by
// unit and lease.
std::vector<std::pair<Keeper::Key, std::string>> Keeper::FindAbandoned(
    const UnitsInUse& in_use) {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<Key, std::string>> abandoned;
  const SteadyTime now = clock_.Now();
  for (auto& [key, kept] : kept_) {
    if (in_use.contains({resources_[key.first].FullName(), key.second})) {
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
    const Unit* unit = units_[key.first].Find(key.second);
    if (unit == nullptr || unit->lost || !IsOver(key, kept)) continue;
    const auto news = kept.lease.lease->WaitForNews();
    Log(LogLevel::kWarning, "lease_lost",
        {{"resource", resources_[key.first].name},
         {"unit", key.second},
         {"lease", kept.lease.path},
         {"reason", news ? news->reason : news.error().message}});
    units_[key.first].Lose(key.second);
    publish_(key.first, units_[key.first]);
  }
}

std::vector<int> Keeper::NewsFds() {
  const std::lock_guard lock(mutex_);
  std::vector<int> fds;
  for (const auto& [key, kept] : kept_) {
    const Unit* unit = units_[key.first].Find(key.second);
    if (unit != nullptr && !unit->lost) fds.push_back(kept.lease.news_fd());
  }
  return fds;
}

}  // namespace acceld::kubernetes
