#include "api/error_names.h"

#include <array>
#include <utility>

#include "api/names.h"

namespace acceld::api {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 15> kNames{{
    {ErrorCode::kInvalidArgument, "InvalidRequest"},
    {ErrorCode::kNotFound, "NotFound"},
    {ErrorCode::kPermissionDenied, "Denied"},
    {ErrorCode::kUnsatisfiable, "Unsatisfiable"},
    {ErrorCode::kQuotaExceeded, "QuotaExceeded"},
    {ErrorCode::kBusy, "Busy"},
    {ErrorCode::kStale, "Stale"},
    {ErrorCode::kUnsupported, "Unsupported"},
    {ErrorCode::kIo, "Io"},
    {ErrorCode::kCorruptInput, "CorruptInput"},
    {ErrorCode::kDeviceGone, "DeviceGone"},
    {ErrorCode::kDeadline, "Timeout"},
    {ErrorCode::kNoMemory, "NoMemory"},
    {ErrorCode::kUnavailable, "Unavailable"},
    {ErrorCode::kInternal, "Internal"},
}};

// What the bus and sd-bus themselves say. A call that acceld does not answer in
// time is no deadline of a request: acceld is not there.
constexpr std::array<std::pair<std::string_view, ErrorCode>, 20> kBusNames{{
    {"org.freedesktop.DBus.Error.ServiceUnknown", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.NameHasNoOwner", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.NoReply", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.Timeout", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.Disconnected", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.NoServer", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.FileNotFound", ErrorCode::kUnavailable},
    {"System.Error.ENOTCONN", ErrorCode::kUnavailable},
    {"System.Error.ECONNRESET", ErrorCode::kUnavailable},
    {"System.Error.ECONNREFUSED", ErrorCode::kUnavailable},
    {"System.Error.EPIPE", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.AccessDenied", ErrorCode::kPermissionDenied},
    {"org.freedesktop.DBus.Error.AuthFailed", ErrorCode::kPermissionDenied},
    {"org.freedesktop.DBus.Error.UnknownObject", ErrorCode::kNotFound},
    {"org.freedesktop.DBus.Error.UnknownMethod", ErrorCode::kUnsupported},
    {"org.freedesktop.DBus.Error.UnknownInterface", ErrorCode::kUnsupported},
    {"org.freedesktop.DBus.Error.UnknownProperty", ErrorCode::kUnsupported},
    {"org.freedesktop.DBus.Error.InvalidArgs", ErrorCode::kInvalidArgument},
    {"org.freedesktop.DBus.Error.NoMemory", ErrorCode::kNoMemory},
    {"org.freedesktop.DBus.Error.LimitsExceeded", ErrorCode::kQuotaExceeded},
}};

}  // namespace

std::string ErrorNameOf(ErrorCode code) {
  std::string_view last = "Internal";
  for (const auto& [known, name] : kNames) {
    if (known == code) last = name;
  }
  return std::string(kErrorPrefix).append(last);
}

ErrorCode CodeOfErrorName(std::string_view name) {
  const std::string_view prefix(kErrorPrefix);
  if (name.starts_with(prefix)) {
    for (const auto& [code, known] : kNames) {
      if (name.substr(prefix.size()) == known) return code;
    }
  }
  for (const auto& [known, code] : kBusNames) {
    if (name == known) return code;
  }
  return ErrorCode::kInternal;
}

}  // namespace acceld::api
