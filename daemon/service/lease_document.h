// A lease as the lists of the manager show it. Loop thread only.
#pragma once

#include "base/document.h"
#include "daemon/broker.h"
#include "daemon/lease/lease.h"

namespace acceld::daemon {

// As org.acceld1.Manager.ListLeases gives it.
[[nodiscard]] Document ToDocument(const Lease& lease, const Broker& broker);

}  // namespace acceld::daemon
