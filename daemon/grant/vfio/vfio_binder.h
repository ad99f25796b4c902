// VfioBinder: hands out PCI functions and mediated devices by VFIO. Takes the
// whole IOMMU group from its drivers where the administrator's offers allow it,
// opens and attaches, and gives everything back afterwards. What was bound to a
// VFIO driver before stays so.
//
// Grants: the device (role ""), and "container" and "group", or "iommufd".
// docs/vfio.md is the manual. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "base/ioctl.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "daemon/grant/binder.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/vfio/group.h"
#include "daemon/grant/vfio/journal.h"
#include "daemon/grant/vfio/opening.h"
#include "daemon/grant/vfio/rebind.h"
#include "daemon/grant/vfio/sysfs_writer.h"
#include "probes/vfio_offers.h"

namespace acceld::daemon::vfio {

// What a device took: how to prove it closed, and how to give it back.
struct Held {
  Target target;
  int group = 0;
  Undo undo;
  bool resets = true;  // when it is given back
};

class VfioBinder final : public Binder {
 public:
  struct Parts {
    const SysRoot& root;  // the live machine's
    const SysfsWriter& writer;
    const DeviceOpener& opener;
    const Ioctls& ioctls;
    const probes::VfioOffers& offers;
    // As daemon::FindHolders.
    std::function<Result<std::vector<Holder>>(dev_t)> find_holders;
  };
  // All of `parts` must outlive the binder, and the binder what it bound.
  // Without a journal nothing is taken from a driver.
  VfioBinder(const Parts& parts, Result<Journal> journal);

  // kUnsupported also where vfio-pci is not loaded.
  [[nodiscard]] Result<Bound> Bind(const BindRequest& request) override;

  // Gives back what an earlier daemon took and did not give back; what a client
  // still holds stays taken until the device is leased and released again, or
  // acceld starts again. Everything found is logged. Call before Bind().
  void Recover();

  // For bindings. Who has it open; empty: it is proven closed.
  [[nodiscard]] Result<std::vector<Holder>> FindHolders(const Held& held) const;
  // Resets and gives back; the group may be bound again then.
  // Errors: kBusy, kIo.
  [[nodiscard]] Status Restore(const Held& held);
  // Lets the group be bound again though it was not given back; a bind fails
  // while somebody has it open.
  void Forget(const Held& held) { Unreserve(held.group); }

 private:
  [[nodiscard]] Status Reserve(int group);
  void Unreserve(int group);
  [[nodiscard]] Result<Held> TakeGroup(const Target& target, int group);
  // Takes back what TakeGroup() did: `functions`, where `before` was taken
  // already.
  void Abandon(const Undo& before, const std::vector<TakenFunction>& functions);
  [[nodiscard]] Status ResetAll(const Held& held) const;
  [[nodiscard]] Status GiveBack(const Undo& undo);
  void RecoverGroup(int group);

  Parts parts_;
  Rebinder rebinder_;
  Opening opening_;
  Result<Journal> journal_;
  std::mutex mutex_;
  std::set<int> groups_;  // bound, or being bound; under mutex_
};

}  // namespace acceld::daemon::vfio
