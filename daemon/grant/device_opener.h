// Opens the device nodes that may be opened by the daemon (grant kind `fd`):
// who calls it shows the token that says so (open_token.h).
// The seam through which tests replace the kernel.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/attribute.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/grant/open_token.h"

namespace acceld::daemon {

class DeviceOpener {
 public:
  virtual ~DeviceOpener() = default;
  // Opens the character device `path`, read-write and close-on-exec, if it
  // still is `device`. The node is pinned (O_PATH) and compared before the
  // driver's open() runs, so that a node that was replaced opens nothing.
  // Errors: kDeviceGone (absent, or another device), kBusy, kPermissionDenied,
  // kIo. Thread-safe.
  [[nodiscard]] virtual Result<UniqueFd> Open(const OpenToken& token,
                                              const std::string& path,
                                              dev_t device) const = 0;
};

class NodeOpener final : public DeviceOpener {
 public:
  [[nodiscard]] Result<UniqueFd> Open(const OpenToken& token,
                                      const std::string& path,
                                      dev_t device) const override;
};

// The node `path` itself (O_PATH: no driver learns of it), if it is the
// character device `device`. Errors: kDeviceGone, kIo, kNoMemory.
[[nodiscard]] Result<UniqueFd> PinNode(const std::string& path, dev_t device);

// Opens the device whose node `pin` is (O_PATH), read-write and close-on-exec.
// Errors: kDeviceGone, kBusy, kPermissionDenied, kNoMemory, kIo.
[[nodiscard]] Result<UniqueFd> OpenPinned(const OpenToken& token, int pin);

// Node and number of a device, from its attributes.
struct DeviceNode {
  std::string path;
  dev_t number = 0;
};
// Errors: kUnsupported (the probe found no node), kCorruptInput.
[[nodiscard]] Result<DeviceNode> NodeOf(const AttributeView& device);

}  // namespace acceld::daemon
