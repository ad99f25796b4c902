// Adds to render nodes of AMD/Xilinx FPGA cards (driver xocl) what XRT says of
// them: the images that are loaded, the card's memory, and its health. The
// management function (driver xclmgmt) is no accelerator.
//
// Source: XRT, src/runtime_src/core/pcie/driver/linux/xocl/userpf/
// xocl_sysfs.c: xclbinuuid, board_name, memstat, ready, dev_offline,
// device_bad_state in the function's directory.
// Runs after the DRM probe.
#pragma once

#include <optional>
#include <string_view>

#include "base/sys_root.h"
#include "base/units.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunXrtProbe(const SysRoot& root, FactSet& facts);

// The bytes of the card's own banks in `memstat`, whose lines read
// "[IN-USE] DDR[0]@0x4000000000 (16384MB): 0KB 0BOs": DDR, HBM and "bank", each
// once. Memory inside the fabric (PLRAM) and of the host (HOST) is none of it.
// Nothing where there is no such line.
[[nodiscard]] std::optional<Bytes> ParseXrtMemory(std::string_view memstat);

}  // namespace acceld::probes
