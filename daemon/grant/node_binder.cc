#include "daemon/grant/node_binder.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/unique_fd.h"
#include "daemon/grant/file_holders.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/open_token.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

std::string TextOf(const placement::DeviceView& device,
                   std::string_view attribute) {
  const auto* text = device.GetAs<std::string>(attribute);
  return text == nullptr ? std::string() : *text;
}

// A node that one program at a time has open: whoever has it, has the lease's.
class NodeBinding final : public Binding {
 public:
  explicit NodeBinding(dev_t device) : device_(device) {}
  // An open descriptor cannot be taken away: the session ends, the holder is
  // named, and the device waits in quarantine.
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    return daemon::FindHolders(device_);
  }
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  dev_t device_;
};

// A node that many have open at a time, desktops among them: who holds the
// lease's is told by the open file itself, which is kept for comparison.
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
  ACCELD_TRY(grant.fd, opener_.Open(token, node.path, node.number));
  Bound bound;
  if (TextOf(device, attr::kSharing) == "multi-app") {
    ACCELD_TRY(UniqueFd file, DuplicateFd(grant.fd.get()));
    bound.binding = std::make_unique<SharedNodeBinding>(
        node.number, request.grantee.user, std::move(file));
  } else {
    bound.binding = std::make_unique<NodeBinding>(node.number);
  }
  bound.grants.push_back(std::move(grant));
  return bound;
}

}  // namespace acceld::daemon
