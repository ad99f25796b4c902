#include "placement/label_numbers.h"

#include "placement/group_label.h"

namespace acceld::placement {

std::vector<std::int64_t> LabelNumbers::Of(
    std::span<const graph::VertexId> devices) {
  std::vector<std::int64_t> labels;
  labels.reserve(devices.size());
  for (const graph::VertexId device : devices) {
    labels.push_back(OfDevice(device));
  }
  return labels;
}

std::int64_t LabelNumbers::OfDevice(graph::VertexId device) {
  const auto [entry, is_new] = of_device_.try_emplace(device.value(), -1);
  if (!is_new) return entry->second;
  const auto text = GroupLabel(topology_, attribute_, device);
  if (!text) return -1;
  const auto next = static_cast<std::int64_t>(numbers_.size());
  entry->second = numbers_.try_emplace(*text, next).first->second;
  return entry->second;
}

}  // namespace acceld::placement
