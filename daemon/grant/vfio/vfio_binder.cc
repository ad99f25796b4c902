#include "daemon/grant/vfio/vfio_binder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/attribute.h"
#include "base/log.h"
#include "daemon/grant/vfio/vfio_binding.h"
#include "placement/device_view.h"
#include "probes/pci_address.h"

namespace acceld::daemon::vfio {
namespace {

// "accelerator:vfio-0000:3a:00.0": the function that it is part of;
// "engine:mdev-UUID": the mediated device itself.
Result<Target> TargetOf(const BindRequest& request) {
  const placement::DeviceView device(request.topology, request.device);
  const std::string& key = device.vertex().key;
  constexpr std::string_view kMdev = "engine:mdev-";
  if (key.starts_with(kMdev)) {
    std::string uuid = key.substr(kMdev.size());
    std::string path = "sys/bus/mdev/devices/" + uuid;
    return Target{std::move(uuid), std::move(path), false};
  }
  const auto* address = device.GetAs<std::string>(attr::kAddress);
  if (address == nullptr || !probes::ParsePciAddress(*address)) {
    return Fail(ErrorCode::kUnsupported, key + " is no PCI function");
  }
  return Target{*address, "sys/bus/pci/devices/" + *address, true};
}

std::vector<api::Grant> GrantsOf(const BindRequest& request,
                                 const Target& target, OpenDevice opened) {
  const placement::DeviceView device(request.topology, request.device);
  Document::Object details{
      {"framework", target.is_pci ? "vfio" : "mdev"},
      {"address", target.name},
      {"iommu", opened.by_group() ? "type1v2" : "iommufd"}};
  if (!opened.by_group()) {
    details.emplace_back("ioas", std::int64_t{opened.ioas});
  }
  std::vector<api::Grant> grants;
  const auto add = [&](std::string role, UniqueFd fd) {
    if (!fd.valid()) return;
    api::Grant& grant = grants.emplace_back();
    grant.stage = request.stage.name;
    grant.replica = request.replica;
    grant.kind = "fd";
    grant.role = std::move(role);
    grant.device = device.vertex().key;
    grant.function = request.stage.function;
    grant.details = details;
    grant.fd = std::move(fd);
  };
  add("", std::move(opened.device));
  add("container", std::move(opened.container));
  add("group", std::move(opened.group));
  add("iommufd", std::move(opened.iommufd));
  return grants;
}

std::string AddressesOf(const std::vector<TakenFunction>& functions) {
  std::string text;
  for (const TakenFunction& one : functions) {
    if (!text.empty()) text.push_back(',');
    text.append(one.address);
  }
  return text;
}

void LogFault(LogLevel level, std::string_view event, int group,
              const Error& error) {
  Log(level, event, {{"group", group}, {"what", error.message}});
}

}  // namespace

VfioBinder::VfioBinder(const Parts& parts, Result<Journal> journal)
    : parts_(parts),
      rebinder_(parts.root, parts.writer),
      opening_(parts.root, parts.opener, parts.ioctls),
      journal_(std::move(journal)) {}

Status VfioBinder::Reserve(int group) {
  const std::lock_guard lock(mutex_);
  if (groups_.insert(group).second) return {};
  return Fail(ErrorCode::kBusy,
              "IOMMU group " + std::to_string(group) + " is leased");
}

void VfioBinder::Unreserve(int group) {
  const std::lock_guard lock(mutex_);
  groups_.erase(group);
}

Result<Bound> VfioBinder::Bind(const BindRequest& request) {
  ACCELD_TRY(const Target target, TargetOf(request));
  ACCELD_TRY(const int group, GroupOf(parts_.root, target));
  ACCELD_TRY_VOID(Reserve(group));
  auto held = TakeGroup(target, group);
  if (!held) {
    Unreserve(group);
    return Fail(std::move(held.error()));
  }
  held->resets = request.reset;
  auto opened = opening_.Open(target, group);
  if (!opened) {
    // Nobody has used it: no reset. Somebody may have it open all the same.
    Status given = opening_.ProveClosed(target, group);
    if (given) given = GiveBack(held->undo);
    if (!given) {
      LogFault(LogLevel::kWarning, "vfio_still_taken", group, given.error());
    }
    Unreserve(group);
    return Fail(std::move(opened.error()));
  }
  Bound bound;
  bound.grants = GrantsOf(request, target, *std::move(opened));
  bound.binding = std::make_unique<VfioBinding>(*this, *std::move(held));
  return bound;
}

Result<Held> VfioBinder::TakeGroup(const Target& target, int group) {
  Held held{target, group, {group, {}}};
  if (!target.is_pci) return held;
  // What an earlier daemon took is given back with the rest.
  if (journal_) {
    ACCELD_TRY(held.undo, journal_->Read(group));
  }
  ACCELD_TRY(const auto functions,
             FunctionsToTake(parts_.root, group, target.name, parts_.offers));
  if (functions.empty()) return held;
  if (!journal_) return Fail(journal_.error());
  ACCELD_TRY_VOID(rebinder_.CheckLoaded());
  const Undo before = held.undo;
  for (const TakenFunction& one : functions) {
    std::erase_if(held.undo.functions, [&](const TakenFunction& earlier) {
      return earlier.address == one.address;
    });
    held.undo.functions.push_back(one);
  }
  if (auto written = journal_->Write(held.undo); !written) {
    // It may be on disk all the same.
    Abandon(before, {});
    return Fail(std::move(written.error()));
  }
  for (const TakenFunction& one : functions) {
    if (auto taken = rebinder_.Take(one); !taken) {
      Abandon(before, functions);
      return Fail(std::move(taken.error()));
    }
  }
  Log(LogLevel::kInfo, "vfio_taken",
      {{"group", group}, {"functions", AddressesOf(functions)}});
  return held;
}

void VfioBinder::Abandon(const Undo& before,
                         const std::vector<TakenFunction>& functions) {
  const int group = before.group;
  Status given = rebinder_.GiveBack(Undo{group, functions});
  if (given) {
    given = before.functions.empty() ? journal_->Remove(group)
                                     : journal_->Write(before);
  }
  if (!given) {
    LogFault(LogLevel::kError, "vfio_not_given_back", group, given.error());
  }
}

Result<std::vector<Holder>> VfioBinder::FindHolders(const Held& held) const {
  const Status closed = opening_.ProveClosed(held.target, held.group);
  if (closed) return std::vector<Holder>();
  if (closed.error().code != ErrorCode::kBusy) return Fail(closed.error());
  ACCELD_TRY(const auto nodes, opening_.NodesOf(held.target, held.group));
  std::vector<Holder> holders;
  for (const dev_t node : nodes) {
    ACCELD_TRY(auto found, parts_.find_holders(node));
    for (Holder& one : found) {
      const bool is_known =
          std::find(holders.begin(), holders.end(), one) != holders.end();
      if (!is_known) holders.push_back(std::move(one));
    }
  }
  // A descriptor that was made of the group (anon_inode:[vfio-device]) does not
  // say of which; the kernel's word that it is open stands all the same.
  if (holders.empty()) holders.push_back({});
  return holders;
}

Status VfioBinder::ResetAll(const Held& held) const {
  auto opened = opening_.Open(held.target, held.group);
  if (!opened) {
    // Gone, or given back (by hand; by a Restore() that failed later, which
    // had reset it before): nothing to reset here.
    const ErrorCode code = opened.error().code;
    if (code == ErrorCode::kDeviceGone || code == ErrorCode::kNotFound ||
        code == ErrorCode::kUnsupported) {
      return {};
    }
    return Fail(std::move(opened.error()));
  }
  const Status reset = opening_.Reset(*opened);
  if (!reset && reset.error().code != ErrorCode::kUnsupported) return reset;
  if (!reset) {
    Log(LogLevel::kWarning, "vfio_no_reset", {{"device", held.target.name}});
  }
  for (const TakenFunction& one : held.undo.functions) {
    if (one.address == held.target.name) continue;
    const Status done = parts_.writer.Write(
        "sys/bus/pci/devices/" + one.address + "/reset", "1");
    if (done) continue;
    if (done.error().code != ErrorCode::kNotFound) return done;
    Log(LogLevel::kWarning, "vfio_no_reset", {{"device", one.address}});
  }
  return {};
}

Status VfioBinder::GiveBack(const Undo& undo) {
  if (undo.functions.empty()) return {};
  ACCELD_TRY_VOID(rebinder_.GiveBack(undo));
  ACCELD_TRY_VOID(journal_->Remove(undo.group));
  Log(LogLevel::kInfo, "vfio_given_back",
      {{"group", undo.group}, {"functions", AddressesOf(undo.functions)}});
  return {};
}

Status VfioBinder::Restore(const Held& held) {
  // Before anything is unbound: the kernel would wait for who has it open.
  ACCELD_TRY_VOID(opening_.ProveClosed(held.target, held.group));
  if (held.resets) {
    ACCELD_TRY_VOID(ResetAll(held));
  }
  ACCELD_TRY_VOID(GiveBack(held.undo));
  Unreserve(held.group);
  return {};
}

void VfioBinder::Recover() {
  if (!journal_) return;
  const auto groups = journal_->Groups();
  if (!groups) {
    Log(LogLevel::kError, "vfio_recovery", {{"what", groups.error().message}});
    return;
  }
  for (const int group : *groups) RecoverGroup(group);
}

void VfioBinder::RecoverGroup(int group) {
  const auto undo = journal_->Read(group);
  if (!undo) {
    LogFault(LogLevel::kError, "vfio_recovery", group, undo.error());
    return;
  }
  for (const TakenFunction& one : undo->functions) {
    const Target target{one.address, "sys/bus/pci/devices/" + one.address,
                        true};
    const auto driver = DriverOf(parts_.root, one.address);
    if (!driver || !IsVfioDriver(*driver)) continue;
    if (const Status closed = opening_.ProveClosed(target, group); !closed) {
      LogFault(LogLevel::kWarning, "vfio_still_taken", group, closed.error());
      return;
    }
  }
  if (const Status given = GiveBack(*undo); !given) {
    LogFault(LogLevel::kError, "vfio_not_given_back", group, given.error());
  }
}

}  // namespace acceld::daemon::vfio
