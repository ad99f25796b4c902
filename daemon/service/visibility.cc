#include "daemon/service/visibility.h"

namespace acceld::daemon {

bool MayKnow(const Broker& broker, const Asker& asker,
             const graph::Vertex& vertex) {
  if (vertex.kind != VertexKind::kAccelerator &&
      vertex.kind != VertexKind::kEngine) {
    return true;
  }
  const policy::Policy& policy = broker.policy();
  return policy.IsAdministrator(asker.subject) ||
         policy.Decide(asker.subject, vertex, "").allowed;
}

}  // namespace acceld::daemon
