// A lease as the lists of the manager show it. Loop thread only.
#pragma once

#include "base/document.h"
#include "base/units.h"
#include "daemon/lease/lease.h"

namespace acceld::daemon {

// `age`: since it was granted.
[[nodiscard]] Document ToDocument(const Lease& lease, Nanoseconds age);

}  // namespace acceld::daemon
