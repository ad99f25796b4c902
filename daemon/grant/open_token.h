// OpenToken: the right of this process to open a device node. Many drivers bind
// or judge whoever calls open(): were it the daemon, the client's device would
// see the daemon's memory. DeviceOpener takes a token, and only a framework
// whose open() is known to bind nothing gets one, whatever the facts say.
#pragma once

#include <string_view>

#include "base/result.h"

namespace acceld::daemon {

class OpenToken {
 public:
  // `framework` and `driver`: attr::kFramework and attr::kDriver of the device.
  // A closed list; what is not on it is refused.
  // Errors: kUnsupported.
  [[nodiscard]] static Result<OpenToken> For(std::string_view framework,
                                             std::string_view driver);

 private:
  OpenToken() = default;
};

}  // namespace acceld::daemon
