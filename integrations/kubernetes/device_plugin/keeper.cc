#include "integrations/kubernetes/device_plugin/keeper.h"

#include <poll.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "integrations/kubernetes/device_plugin/preference.h"

namespace acceld::kubernetes {
namespace {

bool IsReadable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return fd >= 0 && ::poll(&polled, 1, 0) > 0;
}

// Whether somebody else took what an Acquire asked for.
bool IsTaken(ErrorCode code) {
  return code == ErrorCode::kBusy || code == ErrorCode::kUnsatisfiable ||
         code == ErrorCode::kStale || code == ErrorCode::kNotFound;
}

// Of a plan: too many ask, or the user's time for solving is used up.
bool IsForNow(ErrorCode code) {
  return code == ErrorCode::kBusy || code == ErrorCode::kQuotaExceeded;
}

}  // namespace

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

void Keeper::PlanOne(std::size_t resource) {
  auto copies = daemon_.PlanCopies(resources_[resource].pipeline);
  const std::string failure = copies ? "" : copies.error().message;
  if (!failure.empty() && failure != failures_[resource]) {
    Log(LogLevel::kWarning, "plan_failed",
        {{"resource", resources_[resource].name}, {"reason", failure}});
  }
  failures_[resource] = failure;
  // acceld had no time for it, which says nothing of the devices.
  if (!copies && IsForNow(copies.error().code)) return;
  units_[resource].Offer(copies ? *std::move(copies) : std::vector<Copy>());
}

void Keeper::RefreshOne(std::size_t resource) {
  PlanOne(resource);
  publish_(resource, units_[resource]);
}

void Keeper::Refresh() {
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    // Calls of the kubelet come in between.
    const std::lock_guard lock(mutex_);
    RefreshOne(i);
  }
}

bool Keeper::IsOver(const Key& key, const Kept& kept) const {
  const Unit* unit = units_[key.first].Find(key.second);
  return unit == nullptr || unit->lost || IsReadable(kept.lease.news_fd());
}

Result<HeldLease> Keeper::AcquireFor(std::size_t resource,
                                     const std::string& id) {
  const Resource& what = resources_[resource];
  const std::string name = what.FullName() + ": unit " + id;
  const Unit* unit = units_[resource].Find(id);
  if (unit == nullptr) {
    return Fail(ErrorCode::kNotFound, name + " does not exist");
  }
  const std::vector<std::int64_t> nodes = unit->nodes;
  const std::string label = LabelOf(what.name, id);
  Result<HeldLease> lease =
      Fail(ErrorCode::kBusy, name + " has no free devices now");
  if (unit->copy) {
    lease = daemon_.Acquire(what, *unit->copy, label);
    if (lease || !IsTaken(lease.error().code)) return lease;
  }
  // Somebody was faster, or has just given it back. Any devices on the nodes
  // that the kubelet was told of will do as well.
  PlanOne(resource);
  if (!units_[resource].Settle(id, nodes)) return lease;
  unit = units_[resource].Find(id);
  return daemon_.Acquire(what, *unit->copy, label);
}

Result<cdi::Spec> Keeper::AllocateOne(const Key& key) {
  const auto& [resource, id] = key;
  const auto kept = kept_.find(key);
  if (kept != kept_.end()) {  // and nobody has begun to use it
    kept->second.since = clock_.Now();
    return daemon_.SpecOf(kept->second.lease.path);
  }
  auto lease = AcquireFor(resource, id);
  if (!lease) return Fail(std::move(lease.error()));
  auto spec = daemon_.SpecOf(lease->path);
  if (!spec) {
    daemon_.Release(*std::move(lease));
    return spec;
  }
  Log(LogLevel::kInfo, "allocated",
      {{"resource", resources_[resource].name},
       {"unit", id},
       {"lease", lease->path}});
  units_[resource].Hold(id, lease->copy, lease->path);
  kept_.insert_or_assign(key, Kept{*std::move(lease), clock_.Now()});
  return spec;
}

// A unit that was given out before is given out again. Where no container was
// started with it, its lease will do: the kubelet asks for an init container
// and then, of the same pod, for another one, or it never got the answer. Else
// its pod is gone and this process has not noticed yet.
Status Keeper::GiveUpFormer(std::size_t resource,
                            std::span<const std::string> ids,
                            const std::function<Result<UnitsInUse>()>& in_use) {
  std::vector<Key> former;
  for (const std::string& id : ids) {
    if (kept_.contains({resource, id})) former.emplace_back(resource, id);
  }
  if (former.empty()) return {};
  const auto used = in_use();
  const std::string name = resources_[resource].FullName();
  std::vector<Key> gone;
  for (const Key& key : former) {
    const Kept& kept = kept_.at(key);
    const bool needs_another = kept.started || IsOver(key, kept);
    if (!used && needs_another) return Fail(used.error());
    if (used && used->contains({name, key.second})) {
      return Fail(ErrorCode::kBusy, name + ": a pod uses unit " + key.second);
    }
    if (needs_another) gone.push_back(key);
  }
  for (const Key& key : gone) Drop(key);
  if (!gone.empty()) RefreshOne(resource);
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
  std::vector<cdi::Spec> specs;
  std::vector<Key> made;
  for (const std::string& id : ids) {
    const Key key{resource, id};
    const bool is_new = !kept_.contains(key);
    auto spec = AllocateOne(key);
    publish_(resource, units_[resource]);
    if (!spec) {
      Log(LogLevel::kWarning, "allocation_refused",
          {{"resource", resources_[resource].name},
           {"unit", id},
           {"reason", spec.error().message}});
      for (const Key& one : made) Drop(one);
      if (!made.empty()) RefreshOne(resource);
      return Fail(std::move(spec.error()));
    }
    if (is_new) made.push_back(key);
    specs.push_back(*std::move(spec));
  }
  // What it means for other units is planned when acceld announces it: the
  // kubelet need not wait for that.
  return specs;
}

void Keeper::GiveBack(std::size_t resource, std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) Drop({resource, id});
  RefreshOne(resource);
}

Result<std::vector<cdi::Spec>> Keeper::Start(std::size_t resource,
                                             std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  std::vector<cdi::Spec> specs;
  for (const std::string& id : ids) {
    const auto kept = kept_.find({resource, id});
    const std::string name = resources_[resource].FullName() + ": unit " + id;
    if (kept == kept_.end()) {
      return Fail(ErrorCode::kNotFound, name + " has no lease");
    }
    if (IsOver(kept->first, kept->second)) {
      return Fail(ErrorCode::kDeviceGone, name + ": its lease was revoked");
    }
    ACCELD_TRY(cdi::Spec spec, daemon_.SpecOf(kept->second.lease.path));
    kept->second.started = true;
    specs.push_back(std::move(spec));
  }
  return specs;
}

Result<std::vector<std::string>> Keeper::Prefer(std::size_t resource,
                                                const Preference& wanted) {
  const std::lock_guard lock(mutex_);
  return ChooseUnits(resources_[resource], units_[resource], wanted.available,
                     wanted.must, wanted.size, daemon_);
}

}  // namespace acceld::kubernetes
