// A set of CPUs of fixed size: what crosses the control socket.
#pragma once

#include <bitset>
#include <cstddef>

namespace acceld::soft {

// The most that any Linux is built for (x86: CONFIG_MAXSMP, NR_CPUS 8192).
inline constexpr std::size_t kMaxCpus = 8192;
using CpuSet = std::bitset<kMaxCpus>;

}  // namespace acceld::soft
