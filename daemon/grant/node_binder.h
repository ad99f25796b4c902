// NodeBinder: grants of kind `fd` whose device is one node. Opens it, hands the
// descriptor on, and knows afterwards whether it is closed.
#pragma once

#include "base/result.h"
#include "daemon/grant/binder.h"
#include "daemon/grant/device_opener.h"

namespace acceld::daemon {

class NodeBinder final : public Binder {
 public:
  // `opener` must outlive the binder and what it bound.
  explicit NodeBinder(const DeviceOpener& opener) : opener_(opener) {}

  // The node of the facts, if its number still is that of the facts and its
  // framework's open() binds nothing (OpenToken). One grant.
  // Errors: kUnsupported (no node, or no token for it), kCorruptInput, and
  // those of DeviceOpener.
  [[nodiscard]] Result<Bound> Bind(const BindRequest& request) override;

 private:
  const DeviceOpener& opener_;
};

}  // namespace acceld::daemon
