// The words that every room shares for the parts of a machine: kinds of
// vertices, links, relations and memory, and classes of locality. Names are
// the text forms used in JSON, on D-Bus and on the command line.
#pragma once

#include <optional>
#include <string_view>

namespace acceld {

enum class VertexKind {
  kPackage,          // "package"
  kNumaNode,         // "numa": CPUs and/or memory under one OS node number
  kMemoryTarget,     // "memory"
  kMemorySideCache,  // "memory-side-cache"
  kHostBridge,       // "host-bridge": root complex, one PCI root bus
  kRootPort,         // "root-port"
  kSwitchPort,       // "switch-port": upstream or downstream
  kPciFunction,      // "pci": an endpoint function, PF or VF
  kPlatformDevice,   // "platform"
  kAccelerator,      // "accelerator": one per framework node
  kEngine,           // "engine": a part that can be allocated by itself
  kNic,              // "nic"
  kStorage,          // "storage"
  kFabricHub,        // "fabric-hub": an all-to-all link set (NVSwitch, XGMI)
  kIommuUnit,        // "iommu"
};

enum class LinkKind {
  kPcie,        // "pcie"
  kMemoryBus,   // "memory-bus"
  kSocketLink,  // "socket-link"
  kFabric,      // "fabric"
  kCxl,         // "cxl"
  kOnDie,       // "on-die"
};

// Relations are not links: nothing travels along them.
enum class RelationKind {
  kContains,       // "contains": package -> NUMA node
  kMemoryOf,       // "memory-of": memory target -> NUMA node
  kAcceleratorOf,  // "accelerator-of": accelerator, NIC or storage -> function
  kEngineOf,       // "engine-of": engine -> accelerator
  kVirtualOf,      // "virtual-of": VF -> PF
  kSharesMemory,   // "shares-memory": device -> memory target it owns a part of
  kAccess,         // "access": initiator node -> memory target, with attributes
                   // read/write latency and bandwidth
  kCachedBy,       // "cached-by": memory target -> memory-side cache
  kTranslatedBy,   // "translated-by": PCI function -> IOMMU unit
};

enum class MemoryKind { kDdr, kHbm, kPmem, kCxl, kDevice };

// How near two vertices are, nearest first.
enum class Locality {
  kSameDevice,
  kSameSwitch,
  kSameRootPort,
  kSameHostBridge,
  kSameNuma,
  kSamePackage,
  kCrossPackage,
};

[[nodiscard]] std::string_view Name(VertexKind kind);
[[nodiscard]] std::string_view Name(LinkKind kind);
[[nodiscard]] std::string_view Name(RelationKind kind);
[[nodiscard]] std::string_view Name(MemoryKind kind);    // "ddr", "hbm", ...
[[nodiscard]] std::string_view Name(Locality locality);  // "same-device", ...

// Nothing where the name is unknown.
[[nodiscard]] std::optional<VertexKind> ParseVertexKind(std::string_view name);
[[nodiscard]] std::optional<LinkKind> ParseLinkKind(std::string_view name);
[[nodiscard]] std::optional<RelationKind> ParseRelationKind(
    std::string_view name);
[[nodiscard]] std::optional<MemoryKind> ParseMemoryKind(std::string_view name);
[[nodiscard]] std::optional<Locality> ParseLocality(std::string_view name);

}  // namespace acceld
