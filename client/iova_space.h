// IovaSpace: which addresses a device can be given for memory, and which are
// taken. Where the IOMMU takes them, memory keeps the address that it has in
// this process. Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace acceld::client {

// Both ends are in it.
struct IovaRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

class IovaSpace {
 public:
  // What the IOMMU takes; empty: all addresses, as far as is known.
  explicit IovaSpace(std::vector<IovaRange> ranges);

  // Takes `size` bytes at `address` where they are free and the IOMMU takes
  // them up to `highest`, which is in it. Requires: size > 0.
  [[nodiscard]] bool TakeAt(std::uint64_t address, std::uint64_t size,
                            std::uint64_t highest);
  // The lowest free place at a multiple of `alignment` (a power of two), never
  // 0, which devices take for "none". Nothing where none is large enough.
  // Requires: size > 0. Complexity: linear in what is taken.
  [[nodiscard]] std::optional<std::uint64_t> Take(std::uint64_t size,
                                                  std::uint64_t alignment,
                                                  std::uint64_t highest);
  // What was taken at `address`.
  void Free(std::uint64_t address) { taken_.erase(address); }

 private:
  // The first taken place that is not wholly below `address`.
  [[nodiscard]] std::map<std::uint64_t, std::uint64_t>::const_iterator From(
      std::uint64_t address) const;

  std::vector<IovaRange> ranges_;
  std::map<std::uint64_t, std::uint64_t> taken_;  // first -> last address
};

}  // namespace acceld::client
