// Generator: instances of the kinds that pipelines on fabrics are, from a seed.
// The same parameters give the same instance everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "bench/placement/instance.h"

namespace acceld::bench {

// How `pipeline` is read, for --help.
inline constexpr const char* kPipelines =
    "Pipelines:\n"
    "  chain:N        N stages in a row, with 1 to 8 units of traffic between\n"
    "  fan:N          four stages in a row, of which the third is N replicas\n"
    "  ends:N         N stages in a row between two network adapters\n"
    "  joined:N       two rows of N stages that one more stage joins\n"
    "  all:N          N stages, each with traffic to every later one\n";

struct Parameters {
  std::string fabric;    // fabric.h
  std::string pipeline;  // kPipelines
  double busy = 0;       // part of the devices that others use, 0 to below 1
  std::size_t first_every = 1;  // the first stage may use each n-th device only
  std::size_t capacity = 1;     // variables that a device can take
  bool pin = false;  // the first and last stages are at the two outermost free
                     // devices
  std::uint64_t seed = 1;
};

// Errors: kInvalidArgument; also where fewer devices are free than stages.
[[nodiscard]] Result<Instance> Generate(const Parameters& parameters);

}  // namespace acceld::bench
