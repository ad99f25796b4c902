// The door of Kubernetes' device plugins: Allocate of acceld-device-plugin,
// called by another implementation's kubelet. Tests only.
#pragma once

#include <memory>
#include <string>

#include "tests/integration/doors/door.h"

namespace acceld::testing {

// Starts the kubelet and the plugin. `stage`: the resource's file, of one
// stage.
[[nodiscard]] std::unique_ptr<Door> MakeKubeletDoor(const std::string& address,
                                                    const std::string& stage);

}  // namespace acceld::testing
