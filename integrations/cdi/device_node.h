// The node of a device, looked at before it goes into a spec. A path is no
// device: after a reboot or a hot-plug the same path, and the same number, may
// belong to another one. So what lies at the path is compared with what acceld
// says of the device now. Nothing is opened but with O_PATH. Thread-safe.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "integrations/cdi/spec.h"

namespace acceld::cdi {

// "226:128", as acceld gives the number of a device (`device_number`, and
// `number` of a ticket's details). Errors: kInvalidArgument.
[[nodiscard]] Result<dev_t> ParseDeviceNumber(std::string_view text);

// The character device `number` at `path`, as a node for a container, at the
// same path there. `root` is what stands before `path` where the host's files
// lie elsewhere ("/host", in a container that looks after the host); "" is
// here. Where the node is a symbolic link, it is none. Errors: kNotFound,
// kInvalidArgument (a relative path), kDeviceGone (something else is at the
// path now), kPermissionDenied, kIo.
[[nodiscard]] Result<DeviceNode> FindDeviceNode(const std::string& path,
                                                dev_t number,
                                                const std::string& root = {});

}  // namespace acceld::cdi
