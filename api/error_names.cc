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

constexpr std::array<std::pair<std::string_view, ErrorCode>, 6> kBusNames{{
    {"org.freedesktop.DBus.Error.ServiceUnknown", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.NameHasNoOwner", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.NoReply", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.Disconnected", ErrorCode::kUnavailable},
    {"org.freedesktop.DBus.Error.AccessDenied", ErrorCode::kPermissionDenied},
    {"org.freedesktop.DBus.Error.UnknownObject", ErrorCode::kNotFound},
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
