#include "daemon/grant/reserving_binder.h"

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "base/attribute.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/proc_binding.h"
#include "placement/device_view.h"

namespace acceld::daemon {

Result<Bound> ReservingBinder::Bind(const BindRequest& request) {
  const placement::DeviceView device(request.topology, request.device);
  std::optional<dev_t> watched;
  if (placement::HasPath(device)) {
    ACCELD_TRY(const DeviceNode node, NodeOf(device));
    ACCELD_TRY_VOID(PinNode(node.path, node.number));
    const auto* sharing = device.GetAs<std::string>(attr::kSharing);
    if (sharing == nullptr || *sharing != "multi-app") watched = node.number;
  }
  Bound bound;
  bound.binding = std::make_unique<ProcBinding>(watched);
  return bound;
}

}  // namespace acceld::daemon
