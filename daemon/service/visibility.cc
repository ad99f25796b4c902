#include "daemon/service/visibility.h"

#include "placement/device_view.h"

namespace acceld::daemon {

bool MayUse(const Broker& broker, const Asker& asker,
            const graph::Vertex& vertex) {
  const bool is_device = vertex.kind == VertexKind::kAccelerator ||
                         vertex.kind == VertexKind::kEngine ||
                         vertex.Get(attr::kFunctions) != nullptr;
  if (!is_device) return true;
  const policy::Policy& policy = broker.policy();
  // An engine is as visible as what it is part of.
  const placement::DeviceView device(*broker.topology(), vertex.id);
  return policy.IsAdministrator(asker.subject) ||
         policy.Decide(asker.subject, device, "").allowed;
}

}  // namespace acceld::daemon
