#include "daemon/grant/reserving_binder.h"

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "daemon/grant/binding.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/holders.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

class Reservation final : public Binding {
 public:
  // `watched`: whose holders are waited for.
  explicit Reservation(std::optional<dev_t> watched) : watched_(watched) {}
  // Nobody was given a right to open it.
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    if (!watched_) return std::vector<Holder>{};
    return daemon::FindHolders(*watched_);
  }
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  std::optional<dev_t> watched_;
};

}  // namespace

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
  bound.binding = std::make_unique<Reservation>(watched);
  return bound;
}

}  // namespace acceld::daemon
