// A set of CPUs of fixed size: what crosses the control socket, in the layout
// that sched_setaffinity(2) takes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace acceld::soft {

// The most that any Linux is built for (x86: CONFIG_MAXSMP, NR_CPUS 8192).
inline constexpr std::size_t kMaxCpus = 8192;

struct CpuSet {
  static constexpr std::size_t kWordBits = 64;
  std::array<std::uint64_t, kMaxCpus / kWordBits> words{};  // bit N: CPU N

  // Requires: cpu < kMaxCpus.
  void Set(std::size_t cpu) {
    words[cpu / kWordBits] |= std::uint64_t{1} << (cpu % kWordBits);
  }
  [[nodiscard]] bool IsEmpty() const {
    return std::all_of(words.begin(), words.end(),
                       [](std::uint64_t word) { return word == 0; });
  }
  friend bool operator==(const CpuSet&, const CpuSet&) = default;
};

}  // namespace acceld::soft
