// DeviceBinders: how this daemon hands out devices, one binder for each kind of
// grant, made as the machine and the daemon's rights allow.
// Made on the loop thread; the binders say for themselves who may call them.
#pragma once

#include <memory>

#include "base/result.h"
#include "base/sys_root.h"
#include "daemon/event_loop.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/granter.h"
#include "daemon/grant/node_binder.h"
#include "daemon/grant/reserving_binder.h"
#include "daemon/grant/ticket_binder.h"
#include "daemon/grant/vfio/sysfs_writer.h"
#include "daemon/grant/vfio/vfio_binder.h"
#include "daemon/machine.h"
#include "probes/vfio_offers.h"

namespace acceld::daemon {

class DeviceBinders {
 public:
  // Gives back what an earlier daemon had taken from its drivers. Both
  // references must outlive it. Errors: those of EventLoop.
  [[nodiscard]] static Result<std::unique_ptr<DeviceBinders>> Make(
      EventLoop& loop, const SysRoot& live, Mode mode,
      const probes::VfioOffers& offers);

  // A kind that is not to be had is null.
  [[nodiscard]] Binders binders() {
    return {.node = &nodes_,
            .ticket = tickets_.get(),
            .vfio = &vfio_,
            .none = &reserving_};
  }

 private:
  DeviceBinders(const SysRoot& live, Mode mode,
                const probes::VfioOffers& offers);

  const NodeOpener opener_;
  NodeBinder nodes_;
  const vfio::LiveSysfsWriter sysfs_;
  vfio::VfioBinder vfio_;
  ReservingBinder reserving_;
  std::unique_ptr<TicketBinder> tickets_;
  EventLoop::Source used_tickets_;
};

}  // namespace acceld::daemon
