// CPU lists: the kernel's text forms for sets of CPUs or nodes, to and from
// sorted numbers. Pure functions on outside bytes; no threading rule.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace acceld {

// Larger than any NR_CPUS that Linux can be built with (8192); what lies
// beyond is not believed.
inline constexpr int kMostCpus = 65536;

// "0-3,8" -> {0, 1, 2, 3, 8}: sorted, each once. An empty text is the empty
// set. Errors: kCorruptInput (also for numbers of kMostCpus or more and ranges
// that run backwards). Source: Documentation/admin-guide/cputopology.rst.
[[nodiscard]] Result<std::vector<int>> ParseCpuList(std::string_view text);

// The shortest list that ParseCpuList reads back. Requires: `cpus` is sorted,
// each once.
[[nodiscard]] std::string FormatCpuList(std::span<const int> cpus);

// "00000000,0000000f" -> {0, 1, 2, 3}: words of 32 bits in hexadecimal, the
// highest first, as in nodeN/cpumap. Errors: kCorruptInput.
[[nodiscard]] Result<std::vector<int>> ParseCpuMask(std::string_view text);

}  // namespace acceld
