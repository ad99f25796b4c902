// Adds FPGAs of the Device Feature List framework (Intel and OPAE cards): each
// port, which holds one accelerated function unit (AFU), and each management
// engine (FME), which programs may not open.
//
// A port is opened by any number of programs unless one insists on O_EXCL; the
// AFU behind it has one state, which the last close resets: it serves one
// client. Ports that were handed to virtual functions are not there; the card
// counts them.
//
// Source: /sys/bus/platform/devices/{dfl-fme.N,dfl-port.N}
// (Documentation/ABI/testing/sysfs-platform-dfl-fme, -port; Linux 4.19, errors
// 5.4), drivers/fpga/dfl-afu-main.c afu_open().
// Keys: accelerator:dfl-port.0, accelerator:dfl-fme.0. Runs after the PCI and
// IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunDflProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
