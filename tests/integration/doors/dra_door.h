// The door of Kubernetes' dynamic resource allocation: NodePrepareResources of
// acceld-dra-plugin, called by another implementation's kubelet. Tests only.
#pragma once

#include <memory>
#include <string>

#include "tests/integration/doors/door.h"

namespace acceld::testing {

// Starts the plugin and the cluster around it. `device`: its name in the
// slices.
[[nodiscard]] std::unique_ptr<Door> MakeDraDoor(const std::string& address,
                                                const std::string& device);

}  // namespace acceld::testing
