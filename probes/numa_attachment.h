// Which NUMA node a device or host bridge hangs on.
// Values; no threading rule.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

struct NumaAttachment {
  int node = 0;
  Provenance from;
};

class NumaNodes {
 public:
  // Reads /sys/devices/system/node. A kernel without NUMA has none of it; its
  // one node is 0.
  [[nodiscard]] static NumaNodes Read(const FactReader& reader);

  [[nodiscard]] bool Contains(int node) const;

  // "`path`/numa_node". Nothing for -1 (the firmware does not say), and, with
  // a fault, for what is no node of this machine.
  // Source: Documentation/ABI/testing/sysfs-bus-pci: numa_node.
  [[nodiscard]] std::optional<int> ReadNodeOf(const FactReader& reader,
                                              const std::string& path) const;

  // The node of something whose parts name `votes` (node -> how many parts).
  // - Parts that agree are believed (kFirmware).
  // - Where they differ, the most frequent node is taken, the lowest among
  //   equals (kComputed).
  // - Where none names a node, the only node, or the lowest with CPUs
  //   (kAssumed). Not several: a bridge linked to two nodes would be a short
  //   cut between them that the machine does not have, and would falsify every
  //   distance across the sockets; one wrong node falsifies only the distances
  //   of the devices below, and says so.
  [[nodiscard]] NumaAttachment Choose(const std::map<int, int>& votes,
                                      std::string_view voters) const;

  friend bool operator==(const NumaNodes&, const NumaNodes&) = default;

 private:
  std::vector<int> nodes_;  // sorted, never empty
  int lowest_with_cpus_ = 0;
};

// "numa:1"
[[nodiscard]] std::string NumaKey(int node);

}  // namespace acceld::probes
