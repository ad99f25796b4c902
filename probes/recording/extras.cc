#include "probes/recording/extras.h"

#include <algorithm>
#include <string>
#include <vector>

#include "probes/recording/link_text.h"
#include "probes/recording/recording.h"

namespace acceld::recording {
namespace {

constexpr std::string_view kHwloc = "hwloc";
constexpr std::string_view kLspci = "lspci";
constexpr std::string_view kNumactl = "numactl, hwloc";
constexpr std::string_view kProbes = "the probes";

// Sources: Documentation/ABI/{stable,testing} of Linux 6.1 to 6.12; hwloc 2.9
// to 2.12 topology-linux.c; pciutils 3.9 lib/sysfs.c.
constexpr Extra kExtras[] = {
    {"sys/devices/system/cpu",
     "online offline possible present kernel_max cpu#/online cpu#/node*@ "
     "cpu#/cpu_capacity cpu#/cpufreq/base_frequency "
     "cpu#/cpufreq/cpuinfo_max_freq cpu#/regs/identification/midr_el1",
     kHwloc},
    {"sys/devices/system/cpu/cpu#/topology",
     "core_id die_id cluster_id book_id drawer_id physical_package_id "
     "core_cpus core_cpus_list core_siblings core_siblings_list "
     "thread_siblings thread_siblings_list die_cpus die_cpus_list cluster_cpus "
     "cluster_cpus_list package_cpus package_cpus_list book_siblings "
     "drawer_siblings",
     kHwloc},
    {"sys/devices/system/cpu/cpu#/cache/index#",
     "id level type size shared_cpu_map shared_cpu_list coherency_line_size "
     "number_of_sets physical_line_partition ways_of_associativity",
     kHwloc},
    {"sys/devices/system/node",
     "online possible has_cpu has_memory has_normal_memory "
     "has_generic_initiator",
     kNumactl},
    {"sys/devices/system/node/node#",
     "cpumap cpulist distance meminfo memory#@ "
     "hugepages/hugepages-*/nr_hugepages",
     kNumactl},
    {"sys/devices/system/node/node#/access#",
     "initiators/read_bandwidth initiators/read_latency "
     "initiators/write_bandwidth initiators/write_latency initiators/node#@ "
     "targets/node#@",
     kHwloc},
    {"sys/devices/system/node/node#/memory_side_cache/index#",
     "size line_size indexing write_policy", kHwloc},
    {"sys/devices/system/memory", "block_size_bytes", kNumactl},
    {"sys/kernel/mm/hugepages/hugepages-*", "nr_hugepages", kHwloc},
    {"sys/devices/virtual/dmi/id",
     "sys_vendor product_name product_version board_vendor board_name "
     "board_version chassis_vendor chassis_type chassis_version bios_vendor "
     "bios_version bios_date",
     kHwloc},
    {"sys/firmware/devicetree/base/cpus/*",
     "device_type reg phandle ibm,phandle linux,phandle l2-cache "
     "next-level-cache cache-level d-cache-size d-cache-line-size d-cache-sets "
     "i-cache-size i-cache-line-size i-cache-sets cache-unified",
     kHwloc},
    {"sys/firmware/acpi/tables", "HMAT SRAT SLIT DMAR IVRS CEDT", kProbes},
    {"proc",
     "cpuinfo meminfo version cmdline sys/kernel/osrelease hwloc-nofile-info",
     kHwloc},
    {"proc/driver/nvidia", "version gpus/*/information gpus/*/numa_status",
     kHwloc},
    {"sys/bus/pci/devices/*",
     "vendor device subsystem_vendor subsystem_device class revision config "
     "resource irq numa_node local_cpus local_cpulist label acpi_index "
     "current_link_speed current_link_width max_link_speed max_link_width "
     "sriov_totalvfs sriov_numvfs sriov_vf_device driver@ driver/module@ "
     "iommu_group@ iommu@ physfn@ virtfn#@ subsystem@ firmware_node@",
     kLspci},
    {"sys/bus/pci/slots/*", "address", kLspci},
    {"sys/kernel/iommu_groups/#", "type name reserved_regions devices/*@",
     kProbes},
    {"sys/class/iommu/*",
     "devices/*@ intel-iommu/version intel-iommu/cap intel-iommu/ecap "
     "intel-iommu/domains_supported amd-iommu/cap amd-iommu/features",
     kProbes},
    {"sys/class/drm/*", "dev device@", kHwloc},
    {"sys/class/accel/*", "dev device@", kProbes},
    {"sys/class/uacce/*",
     "api flags algorithms available_instances dev device@", kProbes},
    {"sys/class/ve/*", "dev device@ model num_of_core memory_size cache_llc",
     kHwloc},
    {"sys/class/vfio-dev/*", "dev device@", kProbes},
    {"sys/class/apex/*", "dev device@", kProbes},
    {"sys/class/dma/*", "device@", kHwloc},
    {"sys/class/infiniband/*",
     "node_type hca_type fw_ver board_id device@ ports/#/state "
     "ports/#/phys_state ports/#/rate ports/#/link_layer",
     kHwloc},
    {"sys/class/net/*", "type dev_port device@", kHwloc},
    {"sys/class/nvme/*", "model firmware_rev transport address device@",
     kProbes},
    {"sys/class/block/*",
     "dev size queue/hw_sector_size device@ device/devtype device/numa_node",
     kHwloc},
    {"sys/class/fpga_region/*", "compat_id device@ dfl-port.#/afu_id", kProbes},
    {"sys/class/fpga_manager/*", "name state device@", kProbes},
    {"sys/bus/dfl/devices/*", "type feature_id driver@", kProbes},
    {"sys/bus/dsa/devices/*",
     "max_groups max_engines max_work_queues max_work_queues_size numa_node "
     "pasid_enabled state type mode size group_id op_cap version threshold "
     "ats_disable prs_disable driver@",
     kProbes},
    {"sys/bus/dax/devices/*", "size target_node numa_node align driver@",
     kHwloc},
    {"sys/bus/dax/drivers/kmem", "dax*@", kHwloc},
    {"sys/bus/nd/devices/*", "mode size type numa_node driver@", kHwloc},
    {"sys/bus/cxl/devices/*",
     "devtype uport@ mode size start interleave_ways interleave_granularity "
     "target_list target_type cap_ram cap_pmem cap_type2 cap_type3 "
     "ram/size ram/qos_class pmem/size pmem/qos_class numa_node "
     "firmware_version driver@ target# dport#@",
     kHwloc},
    {"sys/class/mdev_bus/*/mdev_supported_types/*",
     "name device_api available_instances", kProbes},
    {"sys/bus/mdev/devices/*", "mdev_type@ iommu_group@ driver@", kProbes},
};

bool IsPattern(std::string_view part) {
  return part.find_first_of("*#") != std::string_view::npos;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Every directory or file of `root` that the parts from `first` on name, below
// `place`.
class Expansion {
 public:
  explicit Expansion(const SysRoot& root) : root_(root) {}

  // The paths that match; a part that is no pattern is not looked at.
  std::vector<std::string> Of(const std::string& place,
                              std::string_view pattern) const {
    std::vector<std::string> paths;
    Expand(place, PathParts(pattern), 0, paths);
    return paths;
  }

 private:
  void Expand(const std::string& place,
              const std::vector<std::string_view>& parts, std::size_t first,
              std::vector<std::string>& paths) const {
    std::string path = place;
    for (std::size_t i = first; i < parts.size(); ++i) {
      if (!IsPattern(parts[i])) {
        path += path.empty() ? "" : "/";
        path += parts[i];
        continue;
      }
      const auto names = root_.List(path);
      if (!names) return;
      for (const std::string& name : *names) {
        if (!Matches(parts[i], name)) continue;
        Expand(path.empty() ? name : path + "/" + name, parts, i + 1, paths);
      }
      return;
    }
    paths.push_back(std::move(path));
  }

  const SysRoot& root_;
};

// Files that are longer than a page.
std::size_t LimitOf(std::string_view directory) {
  return directory.starts_with("proc") || directory.ends_with("tables")
             ? kMostBytesOfAFile
             : SysRoot::kAttributeLimit;
}

void ReadIn(const Expansion& expansion, const SysRoot& root,
            const std::string& directory, const Extra& extra) {
  std::string_view names = extra.names;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    std::string_view name = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    const bool link = name.ends_with('@');
    if (link) name.remove_suffix(1);
    // What fails, the observer of `root` learns.
    for (const std::string& path : expansion.Of(directory, name)) {
      if (link) {
        (void)root.ReadLink(path);
      } else {
        (void)root.ReadFile(path, LimitOf(extra.directory));
      }
    }
  }
}

}  // namespace

std::span<const Extra> AllExtras() { return kExtras; }

bool Matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  const std::string_view rest = pattern.substr(1);
  if (pattern.front() == '*') {
    for (std::size_t i = 0; i <= name.size(); ++i) {
      if (Matches(rest, name.substr(i))) return true;
    }
    return false;
  }
  if (pattern.front() == '#') {
    std::size_t digits = 0;
    while (digits < name.size() && IsDigit(name[digits])) ++digits;
    return digits != 0 && Matches(rest, name.substr(digits));
  }
  return !name.empty() && name.front() == pattern.front() &&
         Matches(rest, name.substr(1));
}

void ReadExtras(const SysRoot& listing, const SysRoot& root,
                const std::function<void()>& step) {
  const Expansion expansion(listing);
  for (const Extra& extra : kExtras) {
    step();
    for (const std::string& directory : expansion.Of("", extra.directory)) {
      ReadIn(expansion, root, directory, extra);
    }
  }
}

}  // namespace acceld::recording
