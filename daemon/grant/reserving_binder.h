// ReservingBinder: leases of a device of which nothing is granted. Who has the
// lease gets at the device by its node, in a way that is none of acceld's (a
// container runtime that makes the node in a pod, a runtime that chooses by
// PCI address); what the lease keeps is that nobody else is given it.
#pragma once

#include "base/result.h"
#include "daemon/grant/binder.h"

namespace acceld::daemon {

class ReservingBinder final : public Binder {
 public:
  // Opens and changes nothing, and makes no grant. A device for one program
  // at a time is given back when nobody has its node open, by whatever path, as
  // far as /proc tells. Of one that many may have open (`sharing_class`
  // "multi-app"), and of one without a node, nobody can tell whose open file it
  // is: it is free when the lease ends.
  // Errors: kDeviceGone (the node is gone or has another number),
  // kCorruptInput, kIo.
  [[nodiscard]] Result<Bound> Bind(const BindRequest& request) override;
};

}  // namespace acceld::daemon
