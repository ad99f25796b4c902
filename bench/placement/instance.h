// Instance: a placement problem of the literature, read from a file. Two
// formats: QAPLIB (n, then two n x n matrices; the sparser is the flow) and
// pqap (stages with allowed devices, flows, a matrix of distances):
//
//   pqap STAGES DEVICES
//   cap C0 C1 ..                     variables that a device can take
//   stage I COUNT D0 D1 ..           one line a stage: the devices it may use
//   flow COUNT                       then COUNT lines "I J WEIGHT"
//   dist                             then DEVICES x DEVICES integers
//
// Source: R. E. Burkard, S. E. Karisch and F. Rendl, "QAPLIB - a quadratic
// assignment problem library", 1997.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace acceld::bench {

struct Instance {
  std::string name;
  std::size_t stages = 0;
  std::size_t devices = 0;
  std::vector<std::int64_t> capacity;             // by device
  std::vector<std::vector<std::size_t>> allowed;  // by stage
  std::vector<std::int64_t> flow;                 // stages x stages
  // Devices x devices; from placement::kForbidden on: no path leads there.
  std::vector<std::int64_t> distance;

  [[nodiscard]] std::int64_t Flow(std::size_t i, std::size_t j) const {
    return flow[i * stages + j];
  }
  [[nodiscard]] std::int64_t Distance(std::size_t a, std::size_t b) const {
    return distance[a * devices + b];
  }
};

// Errors: kNotFound, kCorruptInput.
[[nodiscard]] Result<Instance> ReadInstance(const std::string& path);

// In the pqap format; to standard output where `path` is empty. Errors: kIo.
[[nodiscard]] Status WriteInstance(const Instance& instance,
                                   const std::string& path);

}  // namespace acceld::bench
