#include "base/topology_terms.h"

#include <array>
#include <cstddef>
#include <span>

namespace acceld {
namespace {

constexpr std::array<std::string_view, 15> kVertexKinds{
    "package",   "numa",        "memory",  "memory-side-cache", "host-bridge",
    "root-port", "switch-port", "pci",     "platform",          "accelerator",
    "engine",    "nic",         "storage", "fabric-hub",        "iommu"};
constexpr std::array<std::string_view, 6> kLinkKinds{
    "pcie", "memory-bus", "socket-link", "fabric", "cxl", "on-die"};
constexpr std::array<std::string_view, 9> kRelationKinds{
    "contains",  "memory-of",  "accelerator-of",
    "engine-of", "virtual-of", "shares-memory",
    "access",    "cached-by",  "translated-by"};
constexpr std::array<std::string_view, 5> kMemoryKinds{"ddr", "hbm", "pmem",
                                                       "cxl", "device"};
constexpr std::array<std::string_view, 7> kLocalities{
    "same-device", "same-switch",  "same-root-port", "same-host-bridge",
    "same-numa",   "same-package", "cross-package"};

template <typename Kind>
std::optional<Kind> Parse(std::span<const std::string_view> names,
                          std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view Name(VertexKind kind) {
  return kVertexKinds[static_cast<std::size_t>(kind)];
}
std::string_view Name(LinkKind kind) {
  return kLinkKinds[static_cast<std::size_t>(kind)];
}
std::string_view Name(RelationKind kind) {
  return kRelationKinds[static_cast<std::size_t>(kind)];
}
std::string_view Name(MemoryKind kind) {
  return kMemoryKinds[static_cast<std::size_t>(kind)];
}
std::string_view Name(Locality locality) {
  return kLocalities[static_cast<std::size_t>(locality)];
}

std::optional<VertexKind> ParseVertexKind(std::string_view name) {
  return Parse<VertexKind>(kVertexKinds, name);
}
std::optional<LinkKind> ParseLinkKind(std::string_view name) {
  return Parse<LinkKind>(kLinkKinds, name);
}
std::optional<RelationKind> ParseRelationKind(std::string_view name) {
  return Parse<RelationKind>(kRelationKinds, name);
}
std::optional<MemoryKind> ParseMemoryKind(std::string_view name) {
  return Parse<MemoryKind>(kMemoryKinds, name);
}
std::optional<Locality> ParseLocality(std::string_view name) {
  return Parse<Locality>(kLocalities, name);
}

}  // namespace acceld
