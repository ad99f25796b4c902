// The one error type of the project: a fault, that is, the environment or an
// input failed. Expected outcomes (infeasible, denied, absent) are not errors
// and have types of their own; a broken invariant is a bug (base/check.h).
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace acceld {

// Closed list. Each code maps to one D-Bus error name (api/error_names.h) and
// one exit status of the command-line tools.
enum class ErrorCode {
  kInvalidArgument,   // the request, file or option is not well formed
  kNotFound,          // the named thing does not exist, or may not be seen
  kPermissionDenied,  // policy or the kernel refuses this caller
  kUnsatisfiable,     // no placement meets the hard constraints
  kQuotaExceeded,     // the caller holds as much as it may
  kBusy,              // it exists, and somebody else holds it now
  kStale,             // it was decided on a snapshot that is no longer current
  kUnsupported,       // this machine, kernel or build cannot do it
  kIo,                // a system call failed
  kCorruptInput,      // the kernel or a file says something impossible
  kDeviceGone,        // the device left while it was in use
  kDeadline,          // the time allowed ran out
  kNoMemory,          // an allocation or a kernel resource ran out
  kUnavailable,       // the service is not there or is shutting down
  kInternal,          // a bug was caught at the last edge
};

// Stable lower-case name ("invalid-argument"), used in logs and JSON.
[[nodiscard]] std::string_view ErrorCodeName(ErrorCode code);

// A fault. `message` is for people and may change; tests assert `code`.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  int sys_errno = 0;  // errno where a system call failed, else 0

  // Returns this error with "`where`: " put before the message.
  [[nodiscard]] Error In(std::string_view where) && {
    message.insert(0, ": ").insert(0, where);
    return std::move(*this);
  }
};

// Builds a kIo error (kNotFound for ENOENT, ENODEV and ENXIO,
// kPermissionDenied for EACCES and EPERM, kNoMemory for ENOMEM, EMFILE and
// ENFILE, kBusy for EBUSY) whose message is "`what`: strerror(`sys_errno`)".
[[nodiscard]] Error ErrnoError(std::string_view what, int sys_errno);

}  // namespace acceld
