#include "daemon/grant/node_binder.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/unique_fd.h"
#include "daemon/grant/file_holders.h"
#include "daemon/grant/filesystem_ends.h"
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

// Opened by a node of its own: proven closed by that node's filesystem.
class OwnNodeBinding final : public Binding {
 public:
  OwnNodeBinding(dev_t device, std::shared_ptr<FilesystemEnds> ends,
                 FilesystemEnds::Watched filesystem)
      : device_(device), ends_(std::move(ends)), filesystem_(filesystem) {}
  ~OwnNodeBinding() override { ends_->Forget(filesystem_); }
  // An open descriptor cannot be taken away: the session ends, the holder is
  // named, and the device waits in quarantine.
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    return ends_->FindHolders(device_, std::array{filesystem_});
  }
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  dev_t device_;
  std::shared_ptr<FilesystemEnds> ends_;
  FilesystemEnds::Watched filesystem_;
};

// A node that one program at a time has open: whoever has it, has the lease's.
// As far as /proc tells, like the next: a daemon that makes no nodes.
class NodeBinding final : public Binding {
 public:
  explicit NodeBinding(dev_t device) : device_(device) {}
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

// Whether the open device `file` is on another filesystem than the node `path`.
Result<bool> IsOnItsOwn(int file, const std::string& path) {
  struct stat opened {};
  struct stat node {};
  if (::fstat(file, &opened) != 0) return FailErrno("fstat", errno);
  if (::lstat(path.c_str(), &node) == 0) return node.st_dev != opened.st_dev;
  if (errno != ENOENT) return FailErrno("find the device node", errno);
  return Fail(ErrorCode::kDeviceGone, "the device node is gone");
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
  ACCELD_TRY(grant.fd, opener_.Open(token, node.path, node.number));
  Bound bound;
  bool is_own = false;
  if (ends_ != nullptr) {
    ACCELD_TRY(is_own, IsOnItsOwn(grant.fd.get(), node.path));
  }
  if (is_own) {
    ACCELD_TRY(const auto filesystem, ends_->Watch(grant.fd.get()));
    bound.binding =
        std::make_unique<OwnNodeBinding>(node.number, ends_, filesystem);
  } else if (TextOf(device, attr::kSharing) == "multi-app") {
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
