#include "probes/dax_devices.h"

#include <limits>
#include <string_view>
#include <utility>

#include "probes/numa_nodes.h"

namespace acceld::probes {
namespace {

const std::string kDevices = "sys/bus/dax/devices";

std::optional<MemoryKind> KindByPath(std::string_view path) {
  const auto has = [path](std::string_view component) {
    return path.find(component) != std::string_view::npos;
  };
  if (has("/dax_region") || has("/nvdimm-bridge")) return MemoryKind::kCxl;
  if (has("/ndbus")) return MemoryKind::kPmem;
  return std::nullopt;
}

}  // namespace

std::vector<DaxDevice> ReadDaxDevices(const FactReader& reader) {
  std::vector<DaxDevice> devices;
  for (const std::string& name : reader.Names(kDevices)) {
    DaxDevice device;
    device.name = name;
    device.path = kDevices + "/" + name;
    auto real = reader.Canonical(device.path);
    if (!real) continue;
    device.real = *std::move(real);
    device.is_system_ram = reader.LinkName(device.path + "/driver") == "kmem";
    // -1: it would become no node of its own.
    const auto node =
        reader.IntegerIn(device.path + "/target_node", -1, kMostNodes - 1);
    if (node && *node >= 0) device.target_node = static_cast<int>(*node);
    const auto size =
        reader.IntegerIn(device.path + "/size", 0, kLargestDax.value());
    if (size) device.size = Bytes(*size);
    device.start = reader.IntegerIn(
        device.path + "/resource", 0,
        std::numeric_limits<std::int64_t>::max() - kLargestDax.value());
    device.kind = KindByPath(device.real);
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace acceld::probes
