// NodeBinder: grants of kind `fd` whose device is one node. Opens it, hands the
// descriptor on, and knows afterwards whether it is closed.
#pragma once

#include <memory>
#include <utility>

#include "base/result.h"
#include "daemon/grant/binder.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/filesystem_ends.h"

namespace acceld::daemon {

class NodeBinder final : public Binder {
 public:
  // `opener` must outlive the binder. With `ends` a device is opened by a node
  // of its own, where this process may make one, and proven closed by the end
  // of that node's filesystem; else by `opener`, and it is closed as far as
  // /proc tells.
  explicit NodeBinder(const DeviceOpener& opener,
                      std::shared_ptr<FilesystemEnds> ends = nullptr)
      : opener_(opener), ends_(std::move(ends)) {}

  // The node of the facts, if its number still is that of the facts and its
  // framework's open() binds nothing (OpenToken). One grant.
  // Errors: kUnsupported (no node, or no token for it), kCorruptInput, and
  // those of DeviceOpener.
  [[nodiscard]] Result<Bound> Bind(const BindRequest& request) override;

 private:
  const DeviceOpener& opener_;
  std::shared_ptr<FilesystemEnds> ends_;
};

}  // namespace acceld::daemon
