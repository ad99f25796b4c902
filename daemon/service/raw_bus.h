// The sd-bus objects beneath sdbus-c++, for the few things that it does not
// offer: message filters, attaching to sd-event, replies to calls that no
// object handles. Loop thread only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-bus.h>

namespace acceld::daemon {

// The connection that `object` is on. Borrowed.
[[nodiscard]] sd_bus* RawBusOf(sdbus::IObject& object);

}  // namespace acceld::daemon
