#include "probes/hwloc_probe.h"

#include <hwloc.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/cpu_list.h"
#include "probes/hwloc_guard.h"
#include "probes/probe.h"

namespace acceld::probes {
namespace {

constexpr const char* kRootVariable = "HWLOC_FSROOT";

struct TopologyDestroyer {
  void operator()(hwloc_topology* topology) const {
    hwloc_topology_destroy(topology);
  }
};
using HwlocTopology = std::unique_ptr<hwloc_topology, TopologyDestroyer>;

Provenance From(std::string_view file) {
  return {Evidence::kFirmware, "hwloc: " + std::string(file)};
}

// What PrepareHwloc found in the tree that the variable names: of the process,
// as the variable is, and written before threads start, as that is.
std::optional<HwlocHazard>& Hazard() {
  static std::optional<HwlocHazard> hazard;
  return hazard;
}

// hwloc reads the variable when it builds a topology; a topology of another
// root than `root` would be a lie.
bool LooksAt(const SysRoot& root) {
  const char* value = std::getenv(kRootVariable);  // NOLINT: reads only
  return (value == nullptr ? std::string_view("/") : std::string_view(value)) ==
         root.directory();
}

// I/O objects stay out (the API's default filter): PCI comes from the paths
// under /sys/devices, which hold the true nesting, and reading it here again
// would double the time of a probe. Whoever turns I/O on must ask for KEEP_ALL:
// the "important" filter drops class 0x0880, that is, DSA and IAA.
// INCLUDE_DISALLOWED: the daemon's own cpuset must not hide parts of the
// machine that its clients may use. The other flags leave out what is not read
// here: distances and memory attributes come from the NUMA probe.
Result<HwlocTopology> LoadTopology() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) {
    return Fail(ErrorCode::kNoMemory, "hwloc_topology_init");
  }
  HwlocTopology topology(raw);
  constexpr unsigned long kFlags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED |
                                   HWLOC_TOPOLOGY_FLAG_NO_DISTANCES |
                                   HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS |
                                   HWLOC_TOPOLOGY_FLAG_NO_CPUKINDS;
  if (hwloc_topology_set_flags(raw, kFlags) != 0 ||
      hwloc_topology_load(raw) != 0) {
    return Fail(ErrorCode::kIo, "hwloc cannot load the topology");
  }
  return topology;
}

std::vector<int> Indices(hwloc_const_bitmap_t bitmap) {
  std::vector<int> indices;
  if (bitmap == nullptr || hwloc_bitmap_weight(bitmap) < 0) return indices;
  for (int i = hwloc_bitmap_first(bitmap); i >= 0;
       i = hwloc_bitmap_next(bitmap, i)) {
    indices.push_back(i);
  }
  return indices;
}

std::string PackageKey(const hwloc_obj& package) {
  const unsigned index = package.os_index == HWLOC_UNKNOWN_INDEX
                             ? package.logical_index
                             : package.os_index;
  return "package:" + std::to_string(index);
}

// "L3 32MiB x2", nearest to the core first.
std::vector<std::string> CachesOf(hwloc_topology_t topology,
                                  const hwloc_obj& package) {
  // By level, type and size; the value counts them.
  std::map<std::pair<std::string, std::int64_t>, int> counts;
  for (int type = HWLOC_OBJ_L1CACHE; type <= HWLOC_OBJ_L3ICACHE; ++type) {
    hwloc_obj_t cache = nullptr;
    while ((cache = hwloc_get_next_obj_inside_cpuset_by_type(
                topology, package.cpuset, static_cast<hwloc_obj_type_t>(type),
                cache)) != nullptr) {
      if (cache->attr->cache.size == 0) continue;  // the kernel does not say
      const auto& about = cache->attr->cache;
      std::string name = "L" + std::to_string(about.depth);
      if (about.type == HWLOC_OBJ_CACHE_DATA) name += "d";
      if (about.type == HWLOC_OBJ_CACHE_INSTRUCTION) name += "i";
      ++counts[{name, static_cast<std::int64_t>(about.size)}];
    }
  }
  std::vector<std::string> caches;
  caches.reserve(counts.size());
  for (const auto& [what, count] : counts) {
    caches.push_back(what.first + " " + ToString(Bytes(what.second)) + " x" +
                     std::to_string(count));
  }
  return caches;
}

void AddPackage(hwloc_topology_t topology, hwloc_obj& package, FactSet& facts) {
  const std::string key = PackageKey(package);
  const Provenance cpus = From("/sys/devices/system/cpu/cpu*/topology");
  facts.AddEntity(key, VertexKind::kPackage);
  if (package.os_index != HWLOC_UNKNOWN_INDEX) {
    facts.AddAttribute(key, attr::kOsIndex,
                       static_cast<std::int64_t>(package.os_index), cpus);
  }
  for (const char* name : {"CPUModel", "PlatformModel"}) {
    const char* model = hwloc_obj_get_info_by_name(&package, name);
    if (model == nullptr) continue;
    facts.AddAttribute(key, attr::kName, std::string(model),
                       From("/proc/cpuinfo"));
    break;
  }
  facts.AddAttribute(key, attr::kCpus, FormatCpuList(Indices(package.cpuset)),
                     cpus);
  const int cores = hwloc_get_nbobjs_inside_cpuset_by_type(
      topology, package.cpuset, HWLOC_OBJ_CORE);
  if (cores > 0) {
    facts.AddAttribute(key, "cores", static_cast<std::int64_t>(cores), cpus);
  }
  if (auto caches = CachesOf(topology, package); !caches.empty()) {
    facts.AddAttribute(key, "caches", std::move(caches),
                       From("/sys/devices/system/cpu/cpu*/cache"));
  }
}

// The numbers by which hwloc counts the cores near each node: other programs
// that use hwloc (Slurm) name cores by them, not by the OS's numbers.
void AddLogicalCores(hwloc_topology_t topology, FactSet& facts) {
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE,
                                            node)) != nullptr) {
    std::vector<int> cores;
    hwloc_obj_t core = nullptr;
    while ((core = hwloc_get_next_obj_inside_cpuset_by_type(
                topology, node->cpuset, HWLOC_OBJ_CORE, core)) != nullptr) {
      cores.push_back(static_cast<int>(core->logical_index));
    }
    if (cores.empty()) continue;
    facts.AddAttribute("numa:" + std::to_string(node->os_index),
                       "logical_cores", FormatCpuList(cores),
                       {Evidence::kComputed,
                        "hwloc: order of /sys/devices/system/cpu/cpu*/"
                        "topology"});
  }
}

// A node is in the one package that all CPUs near it are in; a memory that is
// as near to two packages is in neither.
void AddContainment(hwloc_topology_t topology, FactSet& facts) {
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE,
                                            node)) != nullptr) {
    if (hwloc_bitmap_iszero(node->cpuset)) continue;
    hwloc_obj_t package = nullptr;
    while ((package = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PACKAGE,
                                                 package)) != nullptr) {
      if (!hwloc_bitmap_isincluded(node->cpuset, package->cpuset)) continue;
      facts.AddRelation(
          PackageKey(*package), "numa:" + std::to_string(node->os_index),
          RelationKind::kContains, From("/sys/devices/system/node"));
    }
  }
}

}  // namespace

void PrepareHwloc(const SysRoot& root) {
  // Only sysfs counts: no plugin is loaded into a privileged process, and no
  // CPUID backend binds it to each CPU in turn. What the environment says about
  // other sources (XML, synthetic machines) must not replace this machine.
  for (const char* name :
       {"HWLOC_XMLFILE", "HWLOC_SYNTHETIC", "HWLOC_CPUID_PATH"}) {
    ::unsetenv(name);  // NOLINT: before threads start
  }
  ::setenv("HWLOC_COMPONENTS", "linux,stop", 1);  // NOLINT: as above
  ::setenv("HWLOC_HIDE_ERRORS", "2", 1);          // NOLINT: as above
  Hazard().reset();
  if (root.is_live()) {
    ::unsetenv(kRootVariable);  // NOLINT: as above
  } else {
    ::setenv(kRootVariable, root.directory().c_str(), 1);  // NOLINT: as above
    Hazard() = FindHwlocHazard(root.directory());
  }
}

void RunHwlocProbe(const SysRoot& root, FactSet& facts) {
  constexpr std::string_view kCpus = "sys/devices/system/cpu";
  if (!root.Exists(kCpus)) {
    // hwloc would make up a machine of one CPU.
    facts.AddFault("/" + std::string(kCpus),
                   {ErrorCode::kNotFound, "no CPUs to describe"});
    return;
  }
  if (!LooksAt(root)) {
    facts.AddFault(root.directory(),
                   {ErrorCode::kUnsupported, "hwloc looks at another root"});
    return;
  }
  if (const auto& hazard = Hazard()) {
    facts.AddFault(hazard->where, hazard->error);
    return;
  }
  auto topology = LoadTopology();
  if (!topology) {
    facts.AddFault("/" + std::string(kCpus), topology.error());
    return;
  }
  hwloc_obj_t package = nullptr;
  while ((package = hwloc_get_next_obj_by_type(
              topology->get(), HWLOC_OBJ_PACKAGE, package)) != nullptr) {
    AddPackage(topology->get(), *package, facts);
  }
  AddContainment(topology->get(), facts);
  AddLogicalCores(topology->get(), facts);
}

}  // namespace acceld::probes
