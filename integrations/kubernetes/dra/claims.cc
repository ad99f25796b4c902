#include "integrations/kubernetes/dra/claims.h"

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/log.h"
#include "integrations/cdi/names.h"
#include "integrations/kubernetes/dra/claim_spec.h"

namespace acceld::dra {
namespace {

// acceld says something on the socket only to end the lease, and closes it when
// it ends itself.
bool IsOver(const client::Lease& lease) {
  pollfd polled{lease.session_fd(), POLLIN, 0};
  return ::poll(&polled, 1, 0) > 0;
}

std::string ReasonOf(client::Lease& lease) {
  const auto news = lease.WaitForNews();
  return news ? news->reason : news.error().message;
}

Status CheckUid(const std::string& uid) {
  if (IsUid(uid)) return {};
  return Fail(ErrorCode::kInvalidArgument, "this is no uid of a claim");
}

std::vector<PreparedDevice> Answer(const std::string& uid,
                                   const std::string& node,
                                   const Allocation& allocation,
                                   const std::vector<PlacedStage>& stages) {
  const std::vector<std::string> devices = DevicesOf(stages);
  std::vector<PreparedDevice> prepared;
  for (const AllocatedDevice& one : allocation.devices) {
    const auto at = std::find(devices.begin(), devices.end(), one.device.key);
    const auto index = static_cast<std::size_t>(at - devices.begin());
    const std::string request = MainRequest(one.request);
    prepared.push_back({request,
                        node,
                        one.device.name,
                        one.share_id,
                        {CdiName(uid, index), CdiName(uid, request)}});
  }
  return prepared;
}

}  // namespace

// Made where there is none; one that is left without a lease goes again.
class Claims::Entry {
 public:
  Entry(Claims& claims, const std::string& uid)
      : claims_(claims),
        uid_(uid),
        held_(Of(claims, uid)),
        lock_(held_->mutex) {}
  ~Entry() {
    if (!held_->lease) claims_.DropEmpty(uid_, held_);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  Held& operator*() const { return *held_; }

 private:
  static std::shared_ptr<Held> Of(Claims& claims, const std::string& uid) {
    const std::lock_guard lock(claims.mutex_);
    std::shared_ptr<Held>& held = claims.held_[uid];
    if (held == nullptr) held = std::make_shared<Held>();
    return held;
  }
  Claims& claims_;
  const std::string& uid_;
  const std::shared_ptr<Held> held_;
  const std::unique_lock<std::mutex> lock_;
};

// Not while another call has it, or waits for it: that one drops it then.
// Requires: the entry is locked.
void Claims::DropEmpty(const std::string& uid,
                       const std::shared_ptr<Held>& held) {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(uid);
  constexpr long kMapAndCaller = 2;
  if (at != held_.end() && at->second == held &&
      held.use_count() == kMapAndCaller) {
    held_.erase(at);
  }
}

Result<Allocation> Claims::Allocated(const ClaimName& claim) {
  ACCELD_TRY(const Document object,
             parts_.api.GetClaim(parts_.release, claim.name_space, claim.name));
  const auto now = parts_.inventory.Now();
  if (now != nullptr) {
    auto allocation = ReadAllocation(object, claim.uid, parts_.node, now->pool);
    const bool is_missing =
        !allocation && allocation.error().code == ErrorCode::kNotFound;
    if (!is_missing) return allocation;
  }
  // It may have come since.
  ACCELD_TRY_VOID(parts_.inventory.Refresh());
  return ReadAllocation(object, claim.uid, parts_.node,
                        parts_.inventory.Now()->pool);
}

Status Claims::FindLease(const std::string& uid, Held& held) const {
  ACCELD_TRY(auto found, parts_.leases.Find(uid));
  if (!found) return {};
  auto stages = ReadPlacement(found->placement());
  if (!stages) {
    (void)found->Release();
    return {};
  }
  held.lease = std::move(found);
  held.stages = *std::move(stages);
  return {};
}

Status Claims::Acquire(const ClaimName& claim, const Allocation& allocation,
                       Held& held) const {
  ACCELD_TRY(const Document pipeline,
             PipelineOf(allocation, parts_.inventory.Now()->stand_in));
  ACCELD_TRY(client::Lease lease, parts_.leases.Acquire(claim.uid, pipeline));
  auto stages = ReadPlacement(lease.placement());
  Status checked =
      stages ? CheckPlaced(allocation, *stages) : Fail(stages.error());
  if (!checked) {
    (void)lease.Release();  // it would linger
    return checked;
  }
  Log(LogLevel::kInfo, "claim_prepared",
      {{"claim", claim.name_space + "/" + claim.name},
       {"uid", claim.uid},
       {"lease", lease.path()}});
  held.lease = std::move(lease);
  held.stages = *std::move(stages);
  return {};
}

// The one that it holds, or a new one. Where none is to be had, one may be
// there already: of this call or one before it, whose answer nobody heard.
Status Claims::TakeLease(const ClaimName& claim, const Allocation& allocation,
                         Held& held) const {
  if (!held.lease) {
    const Status acquired = Acquire(claim, allocation, held);
    if (acquired) return {};
    if (!FindLease(claim.uid, held) || !held.lease) return acquired;
  }
  return CheckPlaced(allocation, held.stages);
}

Status Claims::WriteMetadata(const ClaimName& claim,
                             const Allocation& allocation, Held& held) const {
  const auto now = parts_.inventory.Now();
  ACCELD_TRY(const auto all, MetadataOf(claim, allocation, parts_.node,
                                        now->machine, parts_.release));
  ACCELD_TRY(held.files, parts_.metadata.Write(claim.uid, all));
  return {};
}

Status Claims::WriteSpec(const std::string& uid, const Held& held) const {
  const auto now = parts_.inventory.Now();
  const ClaimLease lease{uid, held.lease->path(), held.lease->socket(),
                         held.stages, held.files};
  ACCELD_TRY(const cdi::Spec spec,
             MakeClaimSpec(lease, now->machine, {parts_.root, now->stand_in}));
  ACCELD_TRY(const std::string text, cdi::PrintSpec(spec));
  return parts_.specs.Write(SpecFileName(uid), text);
}

void Claims::RemoveSpec(const std::string& uid) const {
  if (Status removed = parts_.specs.Remove(SpecFileName(uid)); !removed) {
    Log(LogLevel::kWarning, "spec_not_removed",
        {{"uid", uid}, {"error", removed.error().message}});
  }
}

Result<std::vector<PreparedDevice>> Claims::Prepare(const ClaimName& claim) {
  ACCELD_TRY_VOID(CheckUid(claim.uid));
  const Entry entry(*this, claim.uid);
  Held& held = *entry;
  if (held.lease && IsOver(*held.lease)) Forget(claim.uid, held);
  ACCELD_TRY(const Allocation allocation, Allocated(claim));
  const bool was_held = held.lease.has_value();
  ACCELD_TRY_VOID(TakeLease(claim, allocation, held));
  // Also where it was prepared: the file may be gone (a restart of the node).
  Status written = WriteMetadata(claim, allocation, held);
  if (written) written = WriteSpec(claim.uid, held);
  if (!written) {
    if (was_held) {
      RemoveSpec(claim.uid);
    } else {
      Forget(claim.uid, held);
    }
    return Fail(std::move(written.error()));
  }
  return Answer(claim.uid, parts_.node, allocation, held.stages);
}

void Claims::Forget(const std::string& uid, Held& held) const {
  RemoveSpec(uid);
  parts_.metadata.Remove(uid);
  if (held.lease) (void)held.lease->Release();
  held.lease.reset();
  held.stages.clear();
}

Status Claims::Unprepare(const std::string& uid) {
  ACCELD_TRY_VOID(CheckUid(uid));
  const Entry entry(*this, uid);
  Held& held = *entry;
  // The spec first: nothing may be started with a device that is free.
  ACCELD_TRY_VOID(parts_.specs.Remove(SpecFileName(uid)));
  parts_.metadata.Remove(uid);
  if (!held.lease) {
    const Status found = FindLease(uid, held);
    if (!found && found.error().code != ErrorCode::kUnavailable) return found;
  }
  if (!held.lease) return {};
  Log(LogLevel::kInfo, "claim_unprepared",
      {{"uid", uid}, {"lease", held.lease->path()}});
  const Status released = held.lease->Release();
  held.lease.reset();
  held.stages.clear();
  // One that had ended is as good. What was not heard lingers: the next call
  // finds it.
  const bool is_over = released ||
                       released.error().code == ErrorCode::kNotFound ||
                       released.error().code == ErrorCode::kUnavailable;
  return is_over ? Status() : released;
}

// Specs of claims that no lease is for: of a machine that was restarted, say.
void Claims::RemoveStrangers() {
  const std::string prefix =
      std::string(cdi::kVendor) + "-" + std::string(kClaimClass) + "_";
  const auto names = parts_.specs.Names(prefix);
  if (!names) return;
  std::vector<std::string> uids;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [uid, held] : held_) uids.push_back(uid);
  }
  std::vector<std::string> known;
  for (const std::string& uid : uids) known.push_back(SpecFileName(uid));
  for (const std::string& name : *names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    (void)parts_.specs.Remove(name);
    Log(LogLevel::kInfo, "stale_spec_removed", {{"file", name}});
  }
  (void)parts_.specs.RemoveLeftovers(prefix);
  parts_.metadata.RemoveBut(uids);
}

Status Claims::Recover() {
  ACCELD_TRY(auto all, parts_.leases.FindAll());
  for (ClaimLeases::Labelled& one : all) {
    const Entry entry(*this, one.uid);
    Held& held = *entry;
    auto stages = ReadPlacement(one.lease.placement());
    if (held.lease || !stages) {
      (void)one.lease.Release();  // a second one for the claim, or none
      continue;
    }
    held.lease = std::move(one.lease);
    held.stages = *std::move(stages);
    held.files = parts_.metadata.Find(one.uid);
    // Its containers may run: where the spec cannot be written now, a call for
    // the claim says why.
    const Status written = WriteSpec(one.uid, held);
    if (!written) RemoveSpec(one.uid);
    Log(written ? LogLevel::kInfo : LogLevel::kWarning, "claim_recovered",
        {{"uid", one.uid},
         {"lease", held.lease->path()},
         {"error", written ? "" : written.error().message}});
  }
  RemoveStrangers();
  return {};
}

std::vector<std::pair<std::string, std::shared_ptr<Claims::Held>>>
Claims::AllHeld() {
  const std::lock_guard lock(mutex_);
  return {held_.begin(), held_.end()};
}

std::vector<int> Claims::NewsFds() {
  std::vector<int> fds;
  for (const auto& [uid, held] : AllHeld()) {
    const std::unique_lock lock(held->mutex, std::try_to_lock);
    if (lock && held->lease) fds.push_back(held->lease->session_fd());
  }
  return fds;
}

void Claims::DropEnded() {
  for (auto& [uid, held] : AllHeld()) {
    const std::unique_lock lock(held->mutex, std::try_to_lock);
    if (!lock) continue;
    if (held->lease && IsOver(*held->lease)) {
      Log(LogLevel::kWarning, "claim_lost",
          {{"uid", uid},
           {"lease", held->lease->path()},
           {"reason", ReasonOf(*held->lease)}});
      Forget(uid, *held);
    }
    if (!held->lease) DropEmpty(uid, held);
  }
}

}  // namespace acceld::dra
