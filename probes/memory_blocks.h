// Which memory blocks belong to which NUMA node: how a range of physical
// addresses is found among the nodes.
// Single-threaded; keeps a reference to the reader, which must outlive it.
// Source: Documentation/ABI/testing/sysfs-devices-memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/units.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

class MemoryBlocks {
 public:
  // Reads the block size; directories of nodes are read when first asked for.
  explicit MemoryBlocks(const FactReader& reader);

  // The first of `nodes` that has an online block in [start, start + size);
  // nothing where none has, or where the kernel has no memory blocks.
  [[nodiscard]] std::optional<int> OnlineNodeOf(std::int64_t start, Bytes size,
                                                std::span<const int> nodes);

 private:
  [[nodiscard]] const std::vector<std::int64_t>& BlocksOf(int node);

  const FactReader& reader_;
  std::int64_t block_size_ = 0;                      // 0: not known
  std::map<int, std::vector<std::int64_t>> blocks_;  // sorted, by node
};

}  // namespace acceld::probes
