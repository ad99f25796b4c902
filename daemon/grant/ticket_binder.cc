#include "daemon/grant/ticket_binder.h"

#include <sys/sysmacros.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/document.h"
#include "base/unique_fd.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/path_mount.h"
#include "daemon/grant/ticket_node.h"
#include "placement/device_view.h"
#include "placement/request.h"

namespace acceld::daemon {
namespace {

// The filesystems are kept until the device is proven closed, so that their
// numbers stay their own.
class TicketBinding final : public Binding {
 public:
  TicketBinding(dev_t device, std::shared_ptr<const Tickets> tickets,
                std::optional<PathMount> path)
      : device_(device), tickets_(std::move(tickets)), path_(std::move(path)) {}
  ~TicketBinding() override { TicketBinding::Revoke(); }

  // What is mounted waits for FindHolders(): to unmount may block.
  void Revoke() noexcept override {
    for (const TicketNode& ticket : *tickets_) ticket.Revoke();
  }
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    if (path_) ACCELD_TRY_VOID(path_->Unmount());
    std::vector<dev_t> filesystems;
    for (const TicketNode& ticket : *tickets_) {
      filesystems.push_back(ticket.filesystem());
    }
    return daemon::FindHolders(device_, filesystems);
  }
  // What the client's own open() bound, its close() ended.
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  dev_t device_;
  std::shared_ptr<const Tickets> tickets_;
  std::optional<PathMount> path_;
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

bool WantsPath(const BindRequest& request,
               const placement::DeviceView& device) {
  const auto* kind = device.GetAs<std::string>(attr::kGrant);
  return request.stage.grant == placement::GrantNeed::kPath ||
         (kind != nullptr && *kind == "path");
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
  const bool wants_path = WantsPath(request, device);
  Tickets made;
  for (int i = 0; i < (wants_path ? 2 : 1); ++i) {
    ACCELD_TRY(TicketNode ticket,
               TicketNode::Make(node.number, request.grantee.user, name));
    made.push_back(std::move(ticket));
  }
  api::Grant grant;
  grant.stage = request.stage.name;
  grant.replica = request.replica;
  grant.device = device.vertex().key;
  grant.kind = wants_path ? "path" : "ticket";
  grant.details = Describe(device, node, name);
  ACCELD_TRY(grant.fd, DuplicateFd(made.front().fd()));
  std::optional<PathMount> path;
  if (wants_path) {
    grant.details.Set("path", node.path);
    ACCELD_TRY(
        PathMount mounted,
        PathMount::Make(made.back(), request.grantee.process, node.path));
    path.emplace(std::move(mounted));
  }
  const auto tickets = std::make_shared<const Tickets>(std::move(made));
  if (request.one_shot_tickets) {
    ACCELD_TRY_VOID(watch_->RevokeAtOpen(tickets));
  }
  // The number may have gone to another device while the ticket was made. From
  // here on the kernel's word that the device left revokes the lease.
  ACCELD_TRY_VOID(PinNode(node.path, node.number));
  Bound bound;
  bound.binding =
      std::make_unique<TicketBinding>(node.number, tickets, std::move(path));
  bound.grants.push_back(std::move(grant));
  return bound;
}

}  // namespace acceld::daemon
