// CPU lists in the kernel's own form: "0-3,8". Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace acceld::placement {

// The kernel's NR_CPUS is at most 8192 today (arch/x86/Kconfig, MAXSMP); twice
// that bounds what a request can make us allocate.
inline constexpr std::int64_t kMaxCpu = 16383;

// OS cpu numbers, ascending and unique. Empty text gives an empty list.
// Errors: kInvalidArgument.
// Source: Documentation/admin-guide/cputopology.rst, "list" format.
[[nodiscard]] Result<std::vector<std::int64_t>> ParseCpuList(
    std::string_view text);

}  // namespace acceld::placement
