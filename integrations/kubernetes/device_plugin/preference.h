// Which of a resource's units the kubelet should give to one container: those
// that are best connected with each other.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "integrations/kubernetes/bundles/units.h"
#include "integrations/kubernetes/device_plugin/daemon_link.h"

namespace acceld::kubernetes {

// `size` units of `available`, all of `must` among them. Of devices, acceld's
// solver chooses those between which data goes at the least cost; of bundles,
// which stand by themselves, those on the NUMA nodes of the others come first,
// then those of the least cost. Errors: kInvalidArgument (fewer are available,
// more are required, or one of `must` is not among them).
[[nodiscard]] Result<std::vector<std::string>> ChooseUnits(
    const Resource& resource, const Units& units,
    std::span<const std::string> available, std::span<const std::string> must,
    std::size_t size, DaemonLink& daemon);

}  // namespace acceld::kubernetes
