// Exit statuses of the command-line tools (accel-topo, accelctl): one table
// for all, so that scripts can tell a refusal from a mistake.
// Pure functions; no threading rule.
#pragma once

#include <string_view>

#include "base/error.h"

namespace acceld::client {

enum class ExitCode {
  kSuccess = 0,
  kFailure = 1,  // anything that has no number of its own
  kUsage = 2,    // the command line is wrong
  // 3 is left free: systemd and LSB give it a meaning ("not running").
  kNotFound = 4,
  kInvalid = 5,  // a file or request is not well formed
  kPermissionDenied = 6,
  kUnsatisfiable = 7,
  kBusy = 8,         // held by somebody else, or the caller's quota is full
  kUnavailable = 9,  // no daemon answers
  kDeadline = 10,
  kUnsupported = 11,
};

[[nodiscard]] ExitCode ExitCodeOf(ErrorCode code);

// The table for people, as the end of --help.
[[nodiscard]] std::string_view ExitCodeHelp();

}  // namespace acceld::client
