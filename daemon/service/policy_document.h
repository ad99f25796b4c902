// What is told about the policy, in the words of the bus (docs/dbus-api.md,
// "Policy"). Loop thread only.
#pragma once

#include "base/document.h"
#include "daemon/broker.h"
#include "daemon/policy_reload.h"

namespace acceld::daemon {

// Of Manager.ReloadPolicy.
[[nodiscard]] Document ToDocument(const ReloadReport& report);

// The property PolicyState. Names of files and mistakes are the
// administrators': they may name other tenants.
[[nodiscard]] Document PolicyStateDocument(const Broker& broker,
                                           const Asker& asker);

// The property Taint of a device: empty where nothing keeps the asker from it.
[[nodiscard]] Document TaintDocument(const Broker& broker, const Asker& asker,
                                     graph::VertexId device);

}  // namespace acceld::daemon
