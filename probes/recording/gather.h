// Gather: records a machine (docs/recorded-machines.md).
// Single-threaded.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/sys_root.h"
#include "probes/recording/recording.h"

namespace acceld::recording {

// Where it is: what is read now ("kfd", "other readers' files") and how many
// files, directories and links there are so far.
using Progress = std::function<void(std::string_view what, std::size_t count)>;

// Runs every probe over `root`, a machine or a recorded tree, keeps what they
// read, adds probes/recording/extras.h, and takes out what identifies
// (probes/recording/redaction.h). The facts of the probes over a tree made of
// it are those over `root`, but for stand-ins. hwloc reads by itself; what it
// needs is among the extras.
[[nodiscard]] Recording Gather(SysRoot root, const Progress& progress);

// When, by whom and with what gaps: the text of the file kManifestName, JSON.
// `time` is a date and time in UTC (ISO 8601).
[[nodiscard]] std::string ManifestText(const Recording& recording,
                                       std::string_view time, bool as_root);

}  // namespace acceld::recording
