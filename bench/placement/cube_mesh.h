// The NVLinks of a DGX-1V: a hybrid cube mesh of eight GPUs.
// Source: NVIDIA, "DGX-1 With Tesla V100 System Architecture", 2017, figure 4;
// NVIDIA's own tests have the same (go-gpuallocator, common_test.go).
#pragma once

#include <array>
#include <cstddef>

namespace acceld::bench {

// Two GPUs, and the links between them.
struct NvLinks {
  std::size_t a;
  std::size_t b;
  int count;
};

inline constexpr std::array<NvLinks, 16> kCubeMesh{{{0, 1, 1},
                                                    {0, 2, 1},
                                                    {0, 3, 2},
                                                    {0, 4, 2},
                                                    {1, 2, 2},
                                                    {1, 3, 1},
                                                    {1, 5, 2},
                                                    {2, 3, 2},
                                                    {2, 6, 1},
                                                    {3, 7, 1},
                                                    {4, 5, 1},
                                                    {4, 6, 1},
                                                    {4, 7, 2},
                                                    {5, 6, 2},
                                                    {5, 7, 1},
                                                    {6, 7, 2}}};

}  // namespace acceld::bench
