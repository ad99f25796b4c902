// LabelNumbers: what the devices of a class are called by one attribute of a
// same/distinct constraint, as small numbers, equal for equal texts. Not
// thread-safe; lives while a problem is built.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/topology.h"

namespace acceld::placement {

class LabelNumbers {
 public:
  // Both must outlive it.
  LabelNumbers(const graph::Topology& topology, std::string_view attribute)
      : topology_(topology), attribute_(attribute) {}

  // By device; -1 where one has no label.
  [[nodiscard]] std::vector<std::int64_t> Of(
      std::span<const graph::VertexId> devices);

 private:
  [[nodiscard]] std::int64_t OfDevice(graph::VertexId device);

  const graph::Topology& topology_;
  std::string_view attribute_;
  std::unordered_map<std::string, std::int64_t> numbers_;
  // Texts are made once for a device, however many stages may be on it.
  std::unordered_map<std::uint32_t, std::int64_t> of_device_;
};

}  // namespace acceld::placement
