#include "integrations/kubernetes/dra/claims.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "integrations/cdi/names.h"
#include "integrations/kubernetes/dra/claim_spec.h"

namespace acceld::dra {
namespace {

constexpr std::string_view kLabel = "kubernetes/claim/";

// Of the API server: letters, digits and dashes. What the kubelet says becomes
// part of names of files and devices.
bool IsUid(std::string_view uid) {
  return !uid.empty() && uid.size() <= 64 && uid.front() != '-' &&
         uid.back() != '-' && std::all_of(uid.begin(), uid.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '-';
         });
}

std::string TextOf(const Document& object, std::string_view key) {
  const Document* value =
      object.AsObject() == nullptr ? nullptr : object.Find(key);
  const auto* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
}

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

// The kubelet knows a request of alternatives by its first name.
std::string MainRequest(const std::string& request) {
  return request.substr(0, request.find('/'));
}

}  // namespace

std::shared_ptr<Claims::Held> Claims::HeldOf(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Held>& held = held_[uid];
  if (held == nullptr) held = std::make_shared<Held>();
  return held;
}

Result<Allocation> Claims::Allocated(const ClaimName& claim) {
  ACCELD_TRY(const Document object,
             parts_.api.GetClaim(parts_.release, claim.name_space, claim.name));
  auto now = parts_.inventory.Now();
  if (now != nullptr) {
    auto allocation = ReadAllocation(object, claim.uid, parts_.node, now->pool);
    const bool is_missing =
        !allocation && allocation.error().code == ErrorCode::kNotFound;
    if (!is_missing) return allocation;
  }
  // It may have come since.
  ACCELD_TRY(const bool changed, parts_.inventory.Refresh());
  (void)changed;
  return ReadAllocation(object, claim.uid, parts_.node,
                        parts_.inventory.Now()->pool);
}

// Its grants are for who connects to the lease's own socket, in a container.
// Where acceld gives leases no sockets, the containers open the devices by
// their nodes alone: what was opened for this process is closed then, or a
// device that opens once would be busy for them.
Result<client::Lease> Claims::AcquireFor(const std::string& uid,
                                         const Document& pipeline) {
  client::AcquireOptions options;
  options.label = std::string(kLabel) + uid;
  options.linger = parts_.linger;
  options.by_socket = true;
  return parts_.acceld.With(
      [&](client::Client& client) -> Result<client::Lease> {
        auto lease = client.Acquire(pipeline, nullptr, options);
        if (lease || lease.error().code != ErrorCode::kUnsupported) {
          return lease;
        }
        options.by_socket = false;
        ACCELD_TRY(client::Lease opened,
                   client.Acquire(pipeline, nullptr, options));
        auto attached = client.Attach(opened.path());
        if (!attached) (void)opened.Release();
        return attached;
      });
}

Status Claims::Check(const Allocation& allocation, const client::Lease& lease,
                     Held& held) const {
  ACCELD_TRY(held.stages, ReadPlacement(lease.placement()));
  return CheckPlaced(allocation, held.stages);
}

Status Claims::Acquire(const ClaimName& claim, const Allocation& allocation,
                       Held& held) {
  ACCELD_TRY(const Document pipeline, PipelineOf(allocation));
  ACCELD_TRY(client::Lease lease, AcquireFor(claim.uid, pipeline));
  if (Status checked = Check(allocation, lease, held); !checked) {
    (void)lease.Release();  // it would linger
    return checked;
  }
  held.lease = std::move(lease);
  return {};
}

Status Claims::WriteSpec(const std::string& uid, const Held& held) {
  const auto now = parts_.inventory.Now();
  const ClaimLease lease{uid, held.lease->path(), held.lease->socket(),
                         held.stages};
  ACCELD_TRY(const cdi::Spec spec,
             MakeClaimSpec(lease, now->machine, {parts_.root, now->stand_in}));
  ACCELD_TRY(const std::string text, cdi::PrintSpec(spec));
  return parts_.specs.Write(SpecFileName(uid), text);
}

Result<std::vector<PreparedDevice>> Claims::Prepare(const ClaimName& claim) {
  if (!IsUid(claim.uid)) {
    return Fail(ErrorCode::kInvalidArgument, "this is no uid of a claim");
  }
  const auto held = HeldOf(claim.uid);
  const std::lock_guard lock(held->mutex);
  if (held->lease && IsOver(*held->lease)) Forget(claim.uid, *held);
  ACCELD_TRY(const Allocation allocation, Allocated(claim));
  if (!held->lease) {
    if (Status acquired = Acquire(claim, allocation, *held); !acquired) {
      held->lease.reset();
      return Fail(std::move(acquired.error()));
    }
    Log(LogLevel::kInfo, "claim_prepared",
        {{"claim", claim.name_space + "/" + claim.name},
         {"uid", claim.uid},
         {"lease", held->lease->path()}});
  } else {
    ACCELD_TRY_VOID(CheckPlaced(allocation, held->stages));
  }
  // Also where it was prepared: the file may be gone (a restart of the node).
  if (Status written = WriteSpec(claim.uid, *held); !written) {
    Forget(claim.uid, *held);
    return Fail(std::move(written.error()));
  }
  const std::vector<std::string> devices = DevicesOf(held->stages);
  std::vector<PreparedDevice> prepared;
  for (const AllocatedDevice& one : allocation.devices) {
    const auto at = std::find(devices.begin(), devices.end(), one.device.key);
    prepared.push_back(
        {MainRequest(one.request), parts_.node, one.device.name, one.share_id,
         CdiName(claim.uid, static_cast<std::size_t>(at - devices.begin()))});
  }
  return prepared;
}

void Claims::Forget(const std::string& uid, Held& held) {
  if (Status removed = parts_.specs.Remove(SpecFileName(uid)); !removed) {
    Log(LogLevel::kWarning, "spec_not_removed",
        {{"uid", uid}, {"error", removed.error().message}});
  }
  if (held.lease) (void)held.lease->Release();
  held.lease.reset();
  held.stages.clear();
}

Status Claims::Unprepare(const std::string& uid) {
  if (!IsUid(uid)) {
    return Fail(ErrorCode::kInvalidArgument, "this is no uid of a claim");
  }
  const auto held = HeldOf(uid);
  {
    const std::lock_guard lock(held->mutex);
    // The spec first: nothing may be started with a device that is free.
    ACCELD_TRY_VOID(parts_.specs.Remove(SpecFileName(uid)));
    if (held->lease) {
      Log(LogLevel::kInfo, "claim_unprepared",
          {{"uid", uid}, {"lease", held->lease->path()}});
      // One that had ended is as good.
      (void)held->lease->Release();
      held->lease.reset();
      held->stages.clear();
    }
  }
  const std::lock_guard lock(mutex_);
  // Not while another call waits for it.
  const auto at = held_.find(uid);
  if (at != held_.end() && at->second == held && held.use_count() == 2) {
    held_.erase(at);
  }
  return {};
}

Status Claims::Attach(const std::string& uid, const std::string& path) {
  const auto held = HeldOf(uid);
  const std::lock_guard lock(held->mutex);
  if (held->lease) return {};
  ACCELD_TRY(held->lease, parts_.acceld.With([&](client::Client& client) {
    return client.Attach(path);
  }));
  auto stages = ReadPlacement(held->lease->placement());
  Status written = stages ? Status() : Fail(stages.error());
  if (stages) {
    held->stages = *std::move(stages);
    written = WriteSpec(uid, *held);
  }
  if (!written) Forget(uid, *held);
  return written;
}

// Specs of claims that no lease is for: of a machine that was restarted, say.
void Claims::RemoveStrangers() {
  const std::string prefix =
      std::string(cdi::kVendor) + "-" + std::string(kClaimClass) + "_";
  const auto names = parts_.specs.Names(prefix);
  if (!names) return;
  std::vector<std::string> known;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [uid, held] : held_) known.push_back(SpecFileName(uid));
  }
  for (const std::string& name : *names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    (void)parts_.specs.Remove(name);
    Log(LogLevel::kInfo, "stale_spec_removed", {{"file", name}});
  }
  (void)parts_.specs.RemoveLeftovers(prefix);
}

Status Claims::Recover() {
  ACCELD_TRY(const Document leases,
             parts_.acceld.With(
                 [](client::Client& client) { return client.ListLeases(); }));
  for (const Document& lease : *leases.AsArray()) {
    const std::string label = TextOf(lease, "label");
    if (!label.starts_with(kLabel)) continue;
    const std::string uid = label.substr(kLabel.size());
    if (!IsUid(uid)) continue;
    const std::string path = TextOf(lease, "lease");
    const Status attached = Attach(uid, path);
    Log(attached ? LogLevel::kInfo : LogLevel::kWarning, "claim_recovered",
        {{"uid", uid},
         {"lease", path},
         {"error", attached ? "" : attached.error().message}});
  }
  RemoveStrangers();
  return {};
}

void Claims::DropEnded() {
  std::vector<std::pair<std::string, std::shared_ptr<Held>>> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(held_.begin(), held_.end());
  }
  for (const auto& [uid, held] : all) {
    const std::unique_lock lock(held->mutex, std::try_to_lock);
    if (!lock || !held->lease || !IsOver(*held->lease)) continue;
    Log(LogLevel::kWarning, "claim_lost",
        {{"uid", uid},
         {"lease", held->lease->path()},
         {"reason", ReasonOf(*held->lease)}});
    Forget(uid, *held);
  }
}

}  // namespace acceld::dra
