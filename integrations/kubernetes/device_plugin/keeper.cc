#include "integrations/kubernetes/device_plugin/keeper.h"

#include <poll.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "integrations/kubernetes/device_plugin/preference.h"

namespace acceld::kubernetes {
namespace {

constexpr std::string_view kLabelPrefix = "k8s/";
// The list of a kubelet may be short for a moment; twice in a row is a fact.
constexpr int kMissesOfAPodThatIsGone = 2;

bool IsReadable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return fd >= 0 && ::poll(&polled, 1, 0) > 0;
}

// Whether somebody else took what an Acquire asked for.
bool IsTaken(ErrorCode code) {
  return code == ErrorCode::kBusy || code == ErrorCode::kUnsatisfiable ||
         code == ErrorCode::kStale || code == ErrorCode::kNotFound;
}

}  // namespace

std::string LabelOf(const std::string& resource, const std::string& unit) {
  return std::string(kLabelPrefix) + resource + "/" + unit;
}

Keeper::Keeper(std::vector<Resource> resources, DaemonLink& daemon,
               const Clock& clock, Grace grace, Publish publish)
    : resources_(std::move(resources)),
      daemon_(daemon),
      clock_(clock),
      grace_(grace),
      publish_(std::move(publish)) {
  for (const Resource& resource : resources_) {
    units_.emplace_back(resource.is_device);
  }
  failures_.resize(resources_.size());
}

Status Keeper::Adopt() {
  const std::lock_guard lock(mutex_);
  ACCELD_TRY(const auto leases, daemon_.FindLeases());
  for (const DaemonLink::Labelled& one : leases) {
    if (!one.label.starts_with(kLabelPrefix)) continue;
    auto lease = daemon_.Attach(one.path);
    if (!lease) {
      Log(LogLevel::kWarning, "lease_not_attached",
          {{"lease", one.path}, {"reason", lease.error().message}});
      continue;
    }
    const std::string rest = one.label.substr(kLabelPrefix.size());
    const std::string name = rest.substr(0, rest.find('/'));
    const auto resource =
        std::find_if(resources_.begin(), resources_.end(),
                     [&](const Resource& each) { return each.name == name; });
    if (resource == resources_.end() || name.size() + 1 >= rest.size()) {
      Log(LogLevel::kInfo, "lease_released",
          {{"lease", one.path},
           {"label", one.label},
           {"reason", "no such resource any more"}});
      daemon_.Release(*std::move(lease));
      continue;
    }
    const Key key{static_cast<std::size_t>(resource - resources_.begin()),
                  rest.substr(name.size() + 1)};
    Log(LogLevel::kInfo, "lease_attached",
        {{"lease", one.path}, {"label", one.label}});
    units_[key.first].Hold(key.second, lease->copy, one.path);
    kept_.insert_or_assign(key, Kept{*std::move(lease), clock_.Now()});
  }
  return {};
}

void Keeper::RefreshOne(std::size_t resource) {
  auto copies = daemon_.PlanCopies(resources_[resource].pipeline);
  const std::string failure = copies ? "" : copies.error().message;
  if (!failure.empty() && failure != failures_[resource]) {
    Log(LogLevel::kWarning, "plan_failed",
        {{"resource", resources_[resource].name}, {"reason", failure}});
  }
  failures_[resource] = failure;
  units_[resource].Offer(copies ? *std::move(copies) : std::vector<Copy>());
  publish_(resource, units_[resource]);
}

void Keeper::RefreshAll() {
  for (std::size_t i = 0; i < resources_.size(); ++i) RefreshOne(i);
}

void Keeper::Refresh() {
  const std::lock_guard lock(mutex_);
  RefreshAll();
}

Result<HeldLease> Keeper::AcquireFor(std::size_t resource,
                                     const std::string& id) {
  const Resource& what = resources_[resource];
  const Unit* unit = units_[resource].Find(id);
  if (unit == nullptr || !unit->copy) {
    return Fail(
        unit == nullptr ? ErrorCode::kNotFound : ErrorCode::kBusy,
        what.FullName() + ": unit " + id +
            (unit == nullptr ? " does not exist" : " has no free devices now"));
  }
  const std::vector<std::int64_t> nodes = unit->copy->nodes;
  const std::string label = LabelOf(what.name, id);
  auto lease = daemon_.Acquire(Pinned(what.pipeline, *unit->copy), label);
  if (lease || !IsTaken(lease.error().code)) return lease;
  // Somebody was faster. Any other devices on the nodes that the kubelet was
  // told of will do as well.
  RefreshOne(resource);
  if (!units_[resource].Settle(id, nodes)) return lease;
  unit = units_[resource].Find(id);
  return daemon_.Acquire(Pinned(what.pipeline, *unit->copy), label);
}

Result<Keeper::NewLease> Keeper::AllocateOne(std::size_t resource,
                                             const std::string& id) {
  ACCELD_TRY(HeldLease lease, AcquireFor(resource, id));
  auto spec = daemon_.SpecOf(lease.path);
  if (!spec) {
    daemon_.Release(std::move(lease));
    return Fail(std::move(spec.error()));
  }
  return NewLease{id, std::move(lease), *std::move(spec)};
}

// A unit that was given out before is given out again: its pod is gone and this
// process has not noticed yet, or the kubelet never got the first answer.
Status Keeper::GiveUpFormer(std::size_t resource,
                            std::span<const std::string> ids,
                            const std::function<Result<UnitsInUse>()>& in_use) {
  std::vector<Key> former;
  for (const std::string& id : ids) {
    if (kept_.contains({resource, id})) former.emplace_back(resource, id);
  }
  if (former.empty()) return {};
  ACCELD_TRY(const UnitsInUse used, in_use());
  for (const Key& key : former) {
    if (used.contains({resources_[resource].FullName(), key.second})) {
      return Fail(ErrorCode::kBusy, resources_[resource].FullName() +
                                        ": a pod uses unit " + key.second);
    }
  }
  for (const Key& key : former) Drop(key);
  RefreshAll();
  return {};
}

Result<std::vector<cdi::Spec>> Keeper::Allocate(
    std::size_t resource, std::span<const std::string> ids,
    const std::function<Result<UnitsInUse>()>& in_use) {
  const std::lock_guard lock(mutex_);
  const std::set<std::string> different(ids.begin(), ids.end());
  if (different.empty() || different.size() != ids.size()) {
    return Fail(ErrorCode::kInvalidArgument, "units must be named, each once");
  }
  ACCELD_TRY_VOID(GiveUpFormer(resource, ids, in_use));
  std::vector<NewLease> made;
  for (const std::string& id : ids) {
    auto lease = AllocateOne(resource, id);
    if (!lease) {
      for (NewLease& one : made) daemon_.Release(std::move(one.lease));
      Log(LogLevel::kWarning, "allocation_refused",
          {{"resource", resources_[resource].name},
           {"unit", id},
           {"reason", lease.error().message}});
      RefreshAll();
      return Fail(std::move(lease.error()));
    }
    made.push_back(*std::move(lease));
  }
  std::vector<cdi::Spec> specs;
  for (NewLease& one : made) {
    Log(LogLevel::kInfo, "allocated",
        {{"resource", resources_[resource].name},
         {"unit", one.id},
         {"lease", one.lease.path}});
    units_[resource].Hold(one.id, one.lease.copy, one.lease.path);
    kept_.insert_or_assign({resource, one.id},
                           Kept{std::move(one.lease), clock_.Now()});
    specs.push_back(std::move(one.spec));
  }
  RefreshAll();
  return specs;
}

void Keeper::GiveBack(std::size_t resource, std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) Drop({resource, id});
  RefreshAll();
}

Status Keeper::Check(std::size_t resource, std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    const Unit* unit = units_[resource].Find(id);
    const std::string name = resources_[resource].FullName() + ": unit " + id;
    if (unit == nullptr || !unit->is_held()) {
      return Fail(ErrorCode::kNotFound, name + " has no lease");
    }
    const auto kept = kept_.find({resource, id});
    if (unit->lost || kept == kept_.end() ||
        IsReadable(kept->second.lease.news_fd())) {
      return Fail(ErrorCode::kDeviceGone, name + ": its lease was revoked");
    }
  }
  return {};
}

Result<std::vector<std::string>> Keeper::Prefer(std::size_t resource,
                                                const Preference& wanted) {
  const std::lock_guard lock(mutex_);
  return ChooseUnits(resources_[resource], units_[resource], wanted.available,
                     wanted.must, wanted.size, daemon_);
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

void Keeper::Sweep(const UnitsInUse& in_use) {
  const std::lock_guard lock(mutex_);
  std::vector<Key> gone;
  const SteadyTime now = clock_.Now();
  for (auto& [key, kept] : kept_) {
    if (in_use.contains({resources_[key.first].FullName(), key.second})) {
      kept.seen = true;
      kept.missed = 0;
      continue;
    }
    ++kept.missed;
    const bool had_time = kept.seen || now - kept.since >= grace_;
    if (had_time && kept.missed >= kMissesOfAPodThatIsGone) gone.push_back(key);
  }
  if (gone.empty()) return;
  for (const Key& key : gone) Drop(key);
  RefreshAll();
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
  bool changed = false;
  for (auto& [key, kept] : kept_) {
    const Unit* unit = units_[key.first].Find(key.second);
    if (unit == nullptr || unit->lost || !IsReadable(kept.lease.news_fd())) {
      continue;
    }
    const auto news = kept.lease.lease->WaitForNews();
    Log(LogLevel::kWarning, "lease_lost",
        {{"resource", resources_[key.first].name},
         {"unit", key.second},
         {"lease", kept.lease.path},
         {"reason", news ? news->reason : news.error().message}});
    units_[key.first].Lose(key.second);
    changed = true;
  }
  if (changed) RefreshAll();
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
