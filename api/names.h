// Names of acceld on D-Bus. api/org.acceld1.xml is the manual; a test checks
// that the two agree.
#pragma once

namespace acceld::api {

inline constexpr const char* kBusName = "org.acceld1";
inline constexpr const char* kRootPath = "/org/acceld1";
inline constexpr const char* kLeasePathPrefix = "/org/acceld1/lease/";
inline constexpr const char* kDevicePathPrefix = "/org/acceld1/device/";
inline constexpr const char* kManagerInterface = "org.acceld1.Manager";
inline constexpr const char* kLeaseInterface = "org.acceld1.Lease";
inline constexpr const char* kDeviceInterface = "org.acceld1.Device";
inline constexpr const char* kErrorPrefix = "org.acceld1.Error.";

}  // namespace acceld::api
