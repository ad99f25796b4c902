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
#include "daemon/grant/filesystem_ends.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/path_mount.h"
#include "daemon/grant/ticket_node.h"
#include "placement/device_view.h"
#include "placement/request.h"

namespace acceld::daemon {
namespace {

class TicketBinding final : public Binding {
 public:
  TicketBinding(dev_t device, std::shared_ptr<Tickets> tickets,
                std::shared_ptr<FilesystemEnds> ends)
      : device_(device), tickets_(std::move(tickets)), ends_(std::move(ends)) {}
  ~TicketBinding() override {
    TicketBinding::Revoke();
    for (const auto& one : filesystems_) ends_->Forget(one);
  }

  // Before anybody has a ticket.
  [[nodiscard]] Status Watch() {
    ACCELD_TRY(const auto watched, ends_->Watch(tickets_->front().fd()));
    filesystems_.push_back(watched);
    return {};
  }
  // Mounts the last ticket at `path`. That mount is copied with every mount
  // namespace that is made of the client's while the lease lasts, by whomever,
  // so the end of its filesystem is not waited for: what was opened by it is
  // what /proc shows. It is kept, so that its number stays its own.
  [[nodiscard]] Status MountAt(const std::string& path, int process) {
    TicketNode& ticket = tickets_->back();
    ACCELD_TRY(mounted_, DuplicateFd(ticket.fd()));
    filesystems_.push_back({ticket.filesystem(), -1});
    ACCELD_TRY(PathMount mount, PathMount::Make(ticket, process, path));
    path_.emplace(std::move(mount));
    return {};
  }

  // What is mounted waits for FindHolders(): to unmount may block.
  void Revoke() noexcept override {
    if (tickets_ == nullptr) return;
    for (const TicketNode& ticket : *tickets_) ticket.Revoke();
  }
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    if (path_) ACCELD_TRY_VOID(path_->Unmount());
    // Void by now; closed, so that they are not what keeps a filesystem.
    tickets_.reset();
    return ends_->FindHolders(device_, filesystems_);
  }
  // What the client's own open() bound, its close() ended.
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  dev_t device_;
  std::shared_ptr<Tickets> tickets_;  // null once they are void
  std::shared_ptr<FilesystemEnds> ends_;
  std::vector<FilesystemEnds::Watched> filesystems_;
  std::optional<PathMount> path_;
  UniqueFd mounted_;  // the ticket that is mounted
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
  ACCELD_TRY(auto ends, FilesystemEnds::Make());
  return std::unique_ptr<TicketBinder>(
      new TicketBinder(std::move(watch), std::move(ends)));
}

Result<Bound> TicketBinder::Bind(const BindRequest& request) {
  const placement::DeviceView device(request.topology, request.device);
  ACCELD_TRY(const DeviceNode node, NodeOf(device));
  ACCELD_TRY_VOID(PinNode(node.path, node.number));
  const std::string name = node.path.substr(node.path.rfind('/') + 1);
  const bool wants_path = WantsPath(request, device);
  const auto tickets = std::make_shared<Tickets>();
  for (int i = 0; i < (wants_path ? 2 : 1); ++i) {
    ACCELD_TRY(TicketNode ticket,
               TicketNode::Make(node.number, request.grantee.user, name));
    tickets->push_back(std::move(ticket));
  }
  auto binding = std::make_unique<TicketBinding>(node.number, tickets, ends_);
  ACCELD_TRY_VOID(binding->Watch());
  api::Grant grant;
  grant.stage = request.stage.name;
  grant.replica = request.replica;
  grant.device = device.vertex().key;
  grant.kind = wants_path ? "path" : "ticket";
  grant.details = Describe(device, node, name);
  ACCELD_TRY(grant.fd, DuplicateFd(tickets->front().fd()));
  if (request.one_shot_tickets) {
    ACCELD_TRY_VOID(watch_->RevokeAtOpen(tickets));
  }
  // The number may have gone to another device while the ticket was made. From
  // here on the kernel's word that the device left revokes the lease.
  ACCELD_TRY_VOID(PinNode(node.path, node.number));
  if (wants_path) {
    grant.details.Set("path", node.path);
    // Last: from then on the client may open it, and nothing fails any more.
    ACCELD_TRY_VOID(binding->MountAt(node.path, request.grantee.process));
  }
  Bound bound;
  bound.binding = std::move(binding);
  bound.grants.push_back(std::move(grant));
  return bound;
}

}  // namespace acceld::daemon
