// Version of the daemon, its library and its tools.
#pragma once

namespace acceld {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace acceld
