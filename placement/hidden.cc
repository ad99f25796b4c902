#include "placement/hidden.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/topology_terms.h"
#include "placement/device_view.h"

namespace acceld::placement {
namespace {

// The device, what it is part of, and the memory that is on it.
std::vector<graph::VertexId> PartsOf(const DeviceView& device,
                                     const graph::Topology& topology) {
  std::vector<graph::VertexId> parts = device.chain();
  for (const graph::VertexId part : device.chain()) {
    for (const graph::VertexId memory :
         topology.RelatedFrom(part, RelationKind::kSharesMemory)) {
      const AttributeValue* kind =
          topology.vertex(memory).Get(attr::kMemoryKind);
      // The machine's own memory is everybody's.
      if (kind != nullptr && ToText(*kind) == Name(MemoryKind::kDevice)) {
        parts.push_back(memory);
      }
    }
  }
  return parts;
}

constexpr std::array<std::string_view, 2> kNames{attr::kAddress, "node"};

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Whole: "nvidia1" is not named in "nvidia10".
bool Names(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !IsWordCharacter(text[at - 1])) &&
        (end == text.size() || !IsWordCharacter(text[end]))) {
      return true;
    }
  }
  return false;
}

}  // namespace

Hidden::Hidden(const MarkedDevices& devices, const graph::Topology& topology,
               const policy::Policy& policy,
               const policy::SubjectMarks& asker) {
  std::vector<bool> is_seen(devices.devices().size());
  for (std::size_t i = 0; i < is_seen.size(); ++i) {
    is_seen[i] = policy.Sees(asker, devices.marks(i));
  }
  if (std::find(is_seen.begin(), is_seen.end(), false) == is_seen.end()) return;
  for (const bool seen : {false, true}) {
    for (std::size_t i = 0; i < is_seen.size(); ++i) {
      if (is_seen[i] != seen) continue;
      for (const auto part : PartsOf(devices.devices()[i], topology)) {
        // What a device that is seen has too is seen.
        if (seen) {
          vertices_.erase(part);
        } else {
          vertices_.insert(part);
        }
      }
    }
  }
  for (const graph::VertexId id : vertices_) {
    const graph::Vertex& vertex = topology.vertex(id);
    names_.push_back(vertex.key);
    for (const std::string_view name : kNames) {
      const AttributeValue* value = vertex.Get(name);
      if (value != nullptr) names_.push_back(ToText(*value));
    }
  }
  std::erase(names_, std::string());
}

bool Hidden::IsNamedIn(std::string_view text) const {
  return std::any_of(names_.begin(), names_.end(),
                     [&](const auto& name) { return Names(text, name); });
}

bool Hidden::IsNamedIn(const Attribute& attribute) const {
  return !empty() && (IsNamedIn(ToText(attribute.value)) ||
                      IsNamedIn(attribute.from.source));
}

}  // namespace acceld::placement
