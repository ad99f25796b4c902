// Who may know of a vertex: what a caller may not use, it cannot see, and what
// is outside of its namespace does not exist for it.
#pragma once

#include <optional>
#include <vector>

#include "base/attribute.h"
#include "daemon/broker.h"
#include "graph/topology.h"
#include "placement/hidden.h"

namespace acceld::daemon {

// Devices that can be granted (accelerators, engines, and whatever else offers
// a function) are for those that the policy lets use them. Administrators see
// everything. Of other vertices: true.
[[nodiscard]] bool MayUse(const Broker& broker, const Asker& asker,
                          const graph::Vertex& vertex);

// What of the machine one caller may know; for one call, while the broker's
// snapshot and policy stay.
class Visibility {
 public:
  Visibility(const Broker& broker, const Asker& asker)
      : broker_(broker), asker_(asker), hidden_(broker.HiddenFrom(asker)) {}

  // Devices as MayUse(). The machine's other parts (what lspci and lstopo show
  // everybody) are for all, but those that only devices outside of the caller's
  // namespace have.
  [[nodiscard]] bool Shows(const graph::Vertex& vertex) const {
    return !hidden_.Has(vertex.id) && MayUse(broker_, asker_, vertex);
  }
  // Whether what is said of a vertex that is shown names one that is not.
  [[nodiscard]] bool Conceals(const Attribute& attribute) const {
    return hidden_.IsNamedIn(attribute);
  }

 private:
  const Broker& broker_;
  const Asker& asker_;
  const placement::Hidden hidden_;
};

}  // namespace acceld::daemon
