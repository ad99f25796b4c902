#include "integrations/kubernetes/device_plugin/keeper.h"

#include <poll.h>

#include <algorithm>

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

Error NotOffered(const std::string& resource) {
  return {ErrorCode::kNotFound, FullName(resource) + " is not offered any more",
          0};
}

}  // namespace

Keeper::Entry* Keeper::FindOffered(const std::string& resource) {
  const auto found = entries_.find(resource);
  return found == entries_.end() || found->second.is_retired ? nullptr
                                                             : &found->second;
}

Status Keeper::Check(const Resource& resource) {
  const std::lock_guard lock(mutex_);
  auto copies = daemon_.PlanCopies(resource.pipeline);
  if (copies || copies.error().code != ErrorCode::kInvalidArgument) return {};
  return Fail(std::move(copies.error()));
}

void Keeper::PlanOne(Entry& entry) {
  auto copies = daemon_.PlanCopies(entry.resource.pipeline);
  entry.is_planned =
      copies ? !copies->is_cut_short : !IsForNow(copies.error().code);
  const std::string failure = copies ? "" : copies.error().message;
  if (!failure.empty() && failure != entry.failure) {
    Log(LogLevel::kWarning, "plan_failed",
        {{"resource", entry.resource.name}, {"reason", failure}});
  }
  entry.failure = failure;
  std::vector<Copy> list;
  if (copies) list = std::move(copies->list);
  // acceld had no time for it, or for all: that says nothing of the devices
  // that it did not come to.
  if (!entry.is_planned && list.size() <= entry.units.CountFree()) return;
  entry.units.Offer(std::move(list));
}

void Keeper::RefreshOne(Entry& entry) {
  PlanOne(entry);
  entry.publish(entry.units);
}

bool Keeper::Refresh() {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : entries_) names.push_back(name);
  }
  bool all_planned = true;
  for (const std::string& name : names) {
    // Calls of the kubelet come in between.
    const std::lock_guard lock(mutex_);
    Entry* entry = FindOffered(name);
    if (entry == nullptr) continue;
    RefreshOne(*entry);
    all_planned = all_planned && entry->is_planned;
  }
  return all_planned;
}

bool Keeper::IsOver(const Key& key, const Kept& kept) const {
  const Unit* unit = entries_.at(key.first).units.Find(key.second);
  return unit == nullptr || unit->lost || IsReadable(kept.lease.news_fd());
}

Result<HeldLease> Keeper::AcquireFor(Entry& entry, const std::string& id) {
  const Resource& what = entry.resource;
  const std::string name = what.FullName() + ": unit " + id;
  const Unit* unit = entry.units.Find(id);
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
  PlanOne(entry);
  if (!entry.units.Settle(id, nodes)) return lease;
  unit = entry.units.Find(id);
  return daemon_.Acquire(what, *unit->copy, label);
}

Result<cdi::Spec> Keeper::AllocateOne(Entry& entry, const std::string& id) {
  const Key key{entry.resource.name, id};
  const auto kept = kept_.find(key);
  if (kept != kept_.end()) {  // and nobody has begun to use it
    kept->second.since = clock_.Now();
    return daemon_.SpecOf(kept->second.lease.path);
  }
  auto lease = AcquireFor(entry, id);
  if (!lease) return Fail(std::move(lease.error()));
  auto spec = daemon_.SpecOf(lease->path);
  if (!spec) {
    daemon_.Release(*std::move(lease));
    return spec;
  }
  Log(LogLevel::kInfo, "allocated",
      {{"resource", key.first}, {"unit", id}, {"lease", lease->path}});
  entry.units.Hold(id, lease->copy, lease->path);
  kept_.insert_or_assign(key, Kept{*std::move(lease), clock_.Now()});
  return spec;
}

// A unit that was given out before is given out again. Where no container was
// started with it, its lease will do: the kubelet asks for an init container
// and then, of the same pod, for another one, or it never got the answer. Else
// its pod is gone and this process has not noticed yet.
Status Keeper::GiveUpFormer(Entry& entry, std::span<const std::string> ids,
                            const std::function<Result<UnitsInUse>()>& in_use) {
  std::vector<Key> former;
  for (const std::string& id : ids) {
    Key key{entry.resource.name, id};
    if (kept_.contains(key)) former.push_back(std::move(key));
  }
  if (former.empty()) return {};
  const auto used = in_use();
  const std::string name = entry.resource.FullName();
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
  if (!gone.empty()) RefreshOne(entry);
  return {};
}

Result<std::vector<cdi::Spec>> Keeper::Allocate(
    const std::string& resource, std::span<const std::string> ids,
    const std::function<Result<UnitsInUse>()>& in_use) {
  const std::lock_guard lock(mutex_);
  const std::set<std::string> different(ids.begin(), ids.end());
  if (different.empty() || different.size() != ids.size()) {
    return Fail(ErrorCode::kInvalidArgument, "units must be named, each once");
  }
  Entry* entry = FindOffered(resource);
  if (entry == nullptr) return Fail(NotOffered(resource));
  ACCELD_TRY_VOID(GiveUpFormer(*entry, ids, in_use));
  std::vector<cdi::Spec> specs;
  std::vector<Key> made;
  for (const std::string& id : ids) {
    const Key key{resource, id};
    const bool is_new = !kept_.contains(key);
    auto spec = AllocateOne(*entry, id);
    entry->publish(entry->units);
    if (!spec) {
      Log(LogLevel::kWarning, "allocation_refused",
          {{"resource", resource},
           {"unit", id},
           {"reason", spec.error().message}});
      for (const Key& one : made) Drop(one);
      if (!made.empty()) RefreshOne(*entry);
      return Fail(std::move(spec.error()));
    }
    if (is_new) made.push_back(key);
    specs.push_back(*std::move(spec));
  }
  // What it means for other units is planned when acceld announces it: the
  // kubelet need not wait for that.
  return specs;
}

void Keeper::GiveBack(const std::string& resource,
                      std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) Drop({resource, id});
  Entry* entry = FindOffered(resource);
  if (entry != nullptr) RefreshOne(*entry);
}

Result<std::vector<cdi::Spec>> Keeper::Start(const std::string& resource,
                                             std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  std::vector<cdi::Spec> specs;
  for (const std::string& id : ids) {
    const auto kept = kept_.find({resource, id});
    const std::string name = FullName(resource) + ": unit " + id;
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

Result<std::vector<std::string>> Keeper::Prefer(const std::string& resource,
                                                const Preference& wanted) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = FindOffered(resource);
  if (entry == nullptr) return Fail(NotOffered(resource));
  return ChooseUnits(entry->resource, entry->units, wanted.available,
                     wanted.must, wanted.size, daemon_);
}

}  // namespace acceld::kubernetes
