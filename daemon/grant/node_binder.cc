#include "daemon/grant/node_binder.h"

#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/unique_fd.h"
#include "daemon/grant/file_holders.h"
#include "daemon/grant/filesystem_ends.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/open_token.h"
#include "daemon/grant/proc_binding.h"
#include "daemon/grant/ticket_node.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

std::string TextOf(const placement::DeviceView& device,
                   std::string_view attribute) {
  const auto* text = device.GetAs<std::string>(attribute);
  return text == nullptr ? std::string() : *text;
}

// Opened by a node of its own: proven closed by that node's filesystem.
class OwnNodeBinding final : public Binding {
 public:
  OwnNodeBinding(dev_t device, TicketNode own,
                 std::shared_ptr<FilesystemEnds> ends,
                 FilesystemEnds::Watched filesystem)
      : device_(device),
        own_(std::move(own)),
        ends_(std::move(ends)),
        filesystem_(filesystem) {}
  ~OwnNodeBinding() override { ends_->Forget(filesystem_); }
  // An open descriptor cannot be taken away: the session ends, the holder is
  // named, and the device waits in quarantine.
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    // Not before: to close it takes time, and an Acquire is waited for.
    own_.reset();
    return ends_->FindHolders(device_, std::array{filesystem_});
  }
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  dev_t device_;
  std::optional<TicketNode> own_;
  std::shared_ptr<FilesystemEnds> ends_;
  FilesystemEnds::Watched filesystem_;
};

// A node that many have open at a time, desktops among them, of a daemon that
// makes no nodes: who holds the lease's is told by the open file itself, which
// is kept for comparison.
class SharedNodeBinding final : public Binding {
 public:
  SharedNodeBinding(dev_t device, uid_t user, UniqueFd file)
      : device_(device), user_(user), file_(std::move(file)) {}
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    ACCELD_TRY(std::vector<Holder> holders, daemon::FindHolders(device_));
    return KeepHoldersOf(file_.get(), device_, user_, std::move(holders));
  }
  [[nodiscard]] Status Restore() override {
    file_.Reset();
    return {};
  }

 private:
  dev_t device_;
  uid_t user_;
  UniqueFd file_;
};

// A node of this device alone; nothing where this process may make none.
Result<std::optional<TicketNode>> MakeOwn(const DeviceNode& node) {
  const std::string name = node.path.substr(node.path.rfind('/') + 1);
  auto made = TicketNode::Make(node.number, ::geteuid(), name);
  if (made) return *std::move(made);
  const ErrorCode code = made.error().code;
  if (code == ErrorCode::kPermissionDenied || code == ErrorCode::kUnsupported) {
    return std::nullopt;
  }
  return Fail(std::move(made.error()));
}

Result<std::unique_ptr<Binding>> BindingByProc(
    const placement::DeviceView& device, dev_t number, uid_t user, int file) {
  if (TextOf(device, attr::kSharing) != "multi-app") {
    // Whoever has it open has the lease's.
    return std::make_unique<ProcBinding>(number);
  }
  ACCELD_TRY(UniqueFd copy, DuplicateFd(file));
  return std::make_unique<SharedNodeBinding>(number, user, std::move(copy));
}

}  // namespace

Result<Bound> NodeBinder::Bind(const BindRequest& request) {
  const placement::DeviceView device(request.topology, request.device);
  ACCELD_TRY(const DeviceNode node, NodeOf(device));
  ACCELD_TRY(const OpenToken token,
             OpenToken::For(TextOf(device, attr::kFramework),
                            TextOf(device, attr::kDriver)));
  api::Grant grant;
  grant.stage = request.stage.name;
  grant.replica = request.replica;
  grant.device = device.vertex().key;
  grant.kind = "fd";
  Bound bound;
  std::optional<TicketNode> own;
  if (ends_ != nullptr) {
    ACCELD_TRY(own, MakeOwn(node));
  }
  if (own) {
    ACCELD_TRY_VOID(PinNode(node.path, node.number));
    ACCELD_TRY(grant.fd, OpenPinned(token, own->fd()));
    ACCELD_TRY(const auto filesystem, ends_->Watch(own->fd()));
    bound.binding = std::make_unique<OwnNodeBinding>(
        node.number, *std::move(own), ends_, filesystem);
  } else {
    ACCELD_TRY(grant.fd, opener_.Open(token, node.path, node.number));
    ACCELD_TRY(bound.binding,
               BindingByProc(device, node.number, request.grantee.user,
                             grant.fd.get()));
  }
  bound.grants.push_back(std::move(grant));
  return bound;
}

}  // namespace acceld::daemon
