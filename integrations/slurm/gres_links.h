// How devices of one name are joined by fabrics (NVLink, XGMI and the like), as
// gres.conf's "Links" tells it. Pure.
#pragma once

#include <span>

#include "integrations/slurm/gres_device.h"
#include "integrations/slurm/machine.h"

namespace acceld::slurm {

// Fills `links` of `devices`, which all have one name: -1 for the device
// itself, 0 where no fabric joins the two. A direct link counts as often as the
// slowest of them goes into its bandwidth (two NVLinks are one link of twice
// the bandwidth); over a hub a pair counts the hub's "pair_links", 1 where that
// is not known. Leaves them empty where no two devices are joined.
// Complexity: O(devices^2 * hubs + links).
void FillLinks(const Machine& machine, std::span<GresDevice> devices);

}  // namespace acceld::slurm
