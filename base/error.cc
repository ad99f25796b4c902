#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace acceld {
namespace {

ErrorCode CodeOf(int sys_errno) {
  switch (sys_errno) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::kPermissionDenied;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return ErrorCode::kNoMemory;
    case EBUSY:
      return ErrorCode::kBusy;
    default:
      return ErrorCode::kIo;
  }
}

}  // namespace

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid-argument";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kPermissionDenied:
      return "permission-denied";
    case ErrorCode::kUnsatisfiable:
      return "unsatisfiable";
    case ErrorCode::kQuotaExceeded:
      return "quota-exceeded";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kStale:
      return "stale";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCorruptInput:
      return "corrupt-input";
    case ErrorCode::kDeviceGone:
      return "device-gone";
    case ErrorCode::kDeadline:
      return "deadline";
    case ErrorCode::kNoMemory:
      return "no-memory";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error ErrnoError(std::string_view what, int sys_errno) {
  char text[128] = {};
  // The GNU strerror_r may return a static string instead of filling `text`.
  const char* reason = strerror_r(sys_errno, text, sizeof text);
  std::string message(what);
  message.append(": ").append(reason);
  return Error{CodeOf(sys_errno), std::move(message), sys_errno};
}

}  // namespace acceld
