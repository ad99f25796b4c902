#include "client/exit_code.h"

namespace acceld::client {

ExitCode ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return ExitCode::kInvalid;
    case ErrorCode::kNotFound:
      return ExitCode::kNotFound;
    case ErrorCode::kPermissionDenied:
      return ExitCode::kPermissionDenied;
    case ErrorCode::kUnsatisfiable:
      return ExitCode::kUnsatisfiable;
    case ErrorCode::kQuotaExceeded:
    case ErrorCode::kBusy:
      return ExitCode::kBusy;
    case ErrorCode::kUnavailable:
      return ExitCode::kUnavailable;
    case ErrorCode::kDeadline:
      return ExitCode::kDeadline;
    case ErrorCode::kUnsupported:
      return ExitCode::kUnsupported;
    case ErrorCode::kStale:
    case ErrorCode::kIo:
    case ErrorCode::kCorruptInput:
    case ErrorCode::kDeviceGone:
    case ErrorCode::kNoMemory:
    case ErrorCode::kInternal:
      return ExitCode::kFailure;
  }
  return ExitCode::kFailure;
}

std::string_view ExitCodeHelp() {
  return "Exit status:\n"
         "   0  done\n"
         "   1  failed (input or output, a device, a bug)\n"
         "   2  the command line is wrong\n"
         "   4  no such thing\n"
         "   5  a file, name or request is not well formed\n"
         "   6  not permitted\n"
         "   7  no placement meets the constraints\n"
         "   8  busy, or a quota is full\n"
         "   9  no daemon answers\n"
         "  10  the time ran out\n"
         "  11  this machine or kernel cannot do it\n";
}

}  // namespace acceld::client
