// Who may know of a vertex: what a caller may not use, it cannot see.
#pragma once

#include "daemon/broker.h"
#include "graph/topology.h"

namespace acceld::daemon {

// Devices that can be granted (accelerators, engines, and whatever else offers
// a function) are for those that the policy lets use them;
// the machine's other parts (what lspci and lstopo show everybody) for all.
// Administrators see everything.
[[nodiscard]] bool MayKnow(const Broker& broker, const Asker& asker,
                           const graph::Vertex& vertex);

}  // namespace acceld::daemon
