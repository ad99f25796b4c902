// Appends Documents to an sd-bus message, in the forms of api/wire.h.
#pragma once

#include <systemd/sd-bus.h>

#include <string>

#include "base/document.h"

namespace acceld::daemon {

// One entry {oa{sa{sv}}} of a GetManagedObjects reply.
// Returns a negative errno where the message refuses.
[[nodiscard]] int AppendObject(sd_bus_message* message, const std::string& path,
                               const std::string& interface,
                               const Document& properties);

}  // namespace acceld::daemon
