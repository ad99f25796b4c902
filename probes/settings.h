// Settings: what an administrator tells the probes that no file of the kernel
// says. Values; no threading rule.
#pragma once

#include "probes/vfio_offers.h"

namespace acceld::probes {

struct Settings {
  VfioOffers vfio;
};

}  // namespace acceld::probes
