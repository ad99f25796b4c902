#include "daemon/grant/ticket_binder.h"

#include <sys/sysmacros.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/document.h"
#include "base/unique_fd.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/ticket_node.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

// The filesystem is kept until the device is proven closed, so that its number
// stays its own.
class TicketBinding final : public Binding {
 public:
  TicketBinding(dev_t device, std::shared_ptr<TicketNode> ticket)
      : device_(device), ticket_(std::move(ticket)) {}
  ~TicketBinding() override { ticket_->Revoke(); }

  void Revoke() noexcept override { ticket_->Revoke(); }
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    return daemon::FindHolders(device_, std::array{ticket_->filesystem()});
  }
  // What the client's own open() bound, its close() ended.
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  dev_t device_;
  std::shared_ptr<TicketNode> ticket_;
};

Document Describe(const placement::DeviceView& device, const DeviceNode& node,
                  const std::string& name) {
  Document::Object details;
  for (const std::string_view key : {attr::kFramework, attr::kDriver}) {
    const auto* text = device.GetAs<std::string>(key);
    details.emplace_back(std::string(key), text == nullptr ? "" : *text);
  }
  details.emplace_back("number", std::to_string(major(node.number)) + ":" +
                                     std::to_string(minor(node.number)));
  details.emplace_back("name", name);
  if (const auto* width = device.GetAs<std::int64_t>(attr::kPasidWidth)) {
    details.emplace_back("pasid_width", *width);
  }
  return details;
}

}  // namespace

Result<std::unique_ptr<TicketBinder>> TicketBinder::Make() {
  ACCELD_TRY(auto watch, TicketWatch::Make());
  return std::unique_ptr<TicketBinder>(new TicketBinder(std::move(watch)));
}

Result<Bound> TicketBinder::Bind(const BindRequest& request) {
  const placement::DeviceView device(request.topology, request.device);
  ACCELD_TRY(const DeviceNode node, NodeOf(device));
  ACCELD_TRY_VOID(PinNode(node.path, node.number));
  const std::string name = node.path.substr(node.path.rfind('/') + 1);
  ACCELD_TRY(TicketNode made,
             TicketNode::Make(node.number, request.grantee.user, name));
  auto ticket = std::make_shared<TicketNode>(std::move(made));
  if (request.one_shot_tickets) {
    ACCELD_TRY_VOID(watch_->RevokeAtOpen(ticket));
  }
  api::Grant grant;
  grant.stage = request.stage.name;
  grant.replica = request.replica;
  grant.device = device.vertex().key;
  grant.kind = "ticket";
  grant.details = Describe(device, node, name);
  ACCELD_TRY(grant.fd, DuplicateFd(ticket->fd()));
  // The number may have gone to another device while the ticket was made. From
  // here on the kernel's word that the device left revokes the lease.
  ACCELD_TRY_VOID(PinNode(node.path, node.number));
  Bound bound;
  bound.binding =
      std::make_unique<TicketBinding>(node.number, std::move(ticket));
  bound.grants.push_back(std::move(grant));
  return bound;
}

}  // namespace acceld::daemon
