// The rules for text (probes/recording/redaction.h): by the name of a file, by
// the name of a value in it, by the form of a word. Pure but for the stand-ins,
// which count.
#pragma once

#include <string>
#include <string_view>

#include "probes/recording/stand_ins.h"

namespace acceld::recording {

// Whether a file of this path names the design in an FPGA: what it computes,
// the same in each card that is programmed with it. Nothing in it identifies.
// Source: Documentation/ABI: sysfs-platform-dfl-port (afu_id),
// sysfs-class-fpga-region (compat_id); XRT: xclbinuuid, logic_uuids,
// interface_uuids.
[[nodiscard]] bool NamesADesign(std::string_view path);

// Whether a file of this path holds one value, and that one identifies.
// Source: Documentation/ABI: sysfs-class-net, -infiniband, -nvme, -mei,
// sysfs-bus-cxl (serial), amdgpu (unique_id, serial_number).
[[nodiscard]] bool HoldsIdentity(std::string_view path);

// `text` with stand-ins for what its lines say of identity, and for words of a
// telling form. Anything else stays, byte by byte.
[[nodiscard]] std::string RedactText(std::string_view text, StandIns& values);

// Of a kernel command line, the words that say how IOMMUs, PASIDs and PCI are
// set up, and a line end.
[[nodiscard]] std::string RedactCommandLine(std::string_view text);

// "Linux version 6.1.0-18-amd64", and a line end.
[[nodiscard]] std::string RedactVersion(std::string_view text);

}  // namespace acceld::recording
