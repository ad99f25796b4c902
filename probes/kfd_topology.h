// What the AMD compute driver (KFD) says of its nodes, as it says it: CPUs and
// GPUs, their memory banks, and the links between them.
//
// Source: /sys/class/kfd/kfd/topology/nodes/N/{name,properties,mem_banks/M/
// properties,io_links/L/properties,p2p_links/L/properties}, lines of "NAME
// NUMBER" (node_show, mem_show and iolink_show of drivers/gpu/drm/amd/amdkfd/
// kfd_topology.c). The driver refuses to read a node (EPERM) whose DRM render
// node the reader's device cgroup does not allow: a fault, and the node is left
// out.
// Values; single-threaded. Used by the KFD probe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/fact_reader.h"

namespace acceld::probes {

inline constexpr const char* kKfd = "sys/class/kfd/kfd";

// One `properties` file.
struct KfdProperties {
  std::string path;
  std::map<std::string, std::uint64_t, std::less<>> values;

  // 0 where the file does not name it: the driver's "none" and "not known".
  [[nodiscard]] std::uint64_t Get(std::string_view name) const;
  // The same, as large as a quantity can be (2^63 - 1).
  [[nodiscard]] std::int64_t GetAmount(std::string_view name) const;
};

struct KfdNode {
  int index = 0;  // the topology's number: nodes/N
  std::string path;
  std::string name;  // "aldebaran"; empty for CPUs
  KfdProperties properties;
  std::vector<KfdProperties> banks;
  std::vector<KfdProperties> links;  // io_links: direct
  std::vector<KfdProperties> peers;  // p2p_links: over the PCIe of the CPUs

  [[nodiscard]] bool IsGpu() const { return properties.Get("simd_count") > 0; }
  [[nodiscard]] bool IsCpu() const {
    return !IsGpu() && properties.Get("cpu_cores_count") > 0;
  }
};

// By index. A CPU's banks are not read: NUMA nodes say it better.
[[nodiscard]] std::vector<KfdNode> ReadKfdNodes(const FactReader& reader);

// Values of `type` of links (enum CRAT_IOLINK_TYPE of kfd_crat.h).
inline constexpr std::uint64_t kKfdPcie = 2;
inline constexpr std::uint64_t kKfdXgmi = 11;

// `weight` of a link inside of one package (KFD_CRAT_INTRA_SOCKET_WEIGHT); a
// hop over XGMI weighs 15.
inline constexpr std::uint64_t kKfdWeightInPackage = 13;

}  // namespace acceld::probes
