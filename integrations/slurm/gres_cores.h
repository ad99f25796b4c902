// Which cores are near a device, by the numbers that Slurm gives them. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "integrations/slurm/machine.h"

namespace acceld::slurm {

class GresCores {
 public:
  explicit GresCores(const Machine& machine);

  // Logical core indices (hwloc's Core L#) of the NUMA node of a device, or of
  // the nearest node that has cores (firmware's distances); `function` may be
  // null. "" where nothing is known, and where all cores of the machine are as
  // near: gres.conf(5) then wants none to be named.
  [[nodiscard]] std::string Near(const Vertex& device,
                                 const Vertex* function) const;

 private:
  struct Node {
    std::vector<int> cores;
    std::map<std::int64_t, std::int64_t> distances;  // by node
  };
  // Null: no node with cores.
  [[nodiscard]] const Node* NearestWithCores(std::int64_t number) const;

  std::map<std::int64_t, Node> nodes_;
  std::size_t all_ = 0;  // cores of the machine
};

}  // namespace acceld::slurm
