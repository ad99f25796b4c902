#include "probes/drm_probe.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/drm";
constexpr const char* kDeviceMemory = "sys/fs/cgroup/dmem.capacity";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// Primary nodes (card*) carry mode setting and masters, connectors are no
// devices: only render nodes are handed out.
bool IsRenderNode(std::string_view name) {
  constexpr std::string_view kPrefix = "renderD";
  if (!name.starts_with(kPrefix)) return false;
  const std::string_view digits = name.substr(kPrefix.size());
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// Sum of the "drm/`address`/vram* BYTES" lines; nothing where there is none.
// Source: Documentation/admin-guide/cgroup-v2.rst: dmem.capacity.
std::optional<std::int64_t> VramOf(std::string_view capacity,
                                   const std::string& address) {
  const std::string prefix = "drm/" + address + "/vram";
  std::optional<std::int64_t> total;
  while (!capacity.empty()) {
    const std::size_t size = std::min(capacity.find('\n'), capacity.size());
    const std::string_view line = capacity.substr(0, size);
    capacity.remove_prefix(std::min(size + 1, capacity.size()));
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with(prefix) || space == std::string_view::npos) continue;
    const auto bytes = ParseInteger(line.substr(space + 1));
    if (!bytes || *bytes < 0 || *bytes > kMost - total.value_or(0)) continue;
    total = total.value_or(0) + *bytes;
  }
  return total;
}

void AddMemory(const FactReader& reader, const FactIndex& index,
               const Accelerator& gpu, std::string_view capacity) {
  // amdgpu; 0 on an APU, whose memory is the machine's.
  const std::string file = gpu.device_path + "/mem_info_vram_total";
  if (const auto bytes = reader.IntegerIn(file, 0, kMost)) {
    reader.facts().AddAttribute(gpu.key, attr::kMemory, Bytes(*bytes),
                                FromKernel(file));
    return;
  }
  const Attribute* address = index.Get(gpu.owner, attr::kAddress);
  if (address == nullptr) return;
  if (const auto bytes = VramOf(capacity, ToText(address->value))) {
    reader.facts().AddAttribute(gpu.key, attr::kMemory, Bytes(*bytes),
                                FromKernel(kDeviceMemory));
  }
}

}  // namespace

void RunDrmProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  const std::string capacity = reader.Text(kDeviceMemory).value_or("");
  for (const std::string& name : reader.Names(std::string(kClass))) {
    if (!IsRenderNode(name)) continue;
    const auto gpu = AddAccelerator(
        reader, index,
        {"drm", std::string(kClass) + "/" + name, name, "/dev/dri/"});
    if (!gpu) continue;
    AddTraits(reader, *gpu, DrmDriver(gpu->driver));
    AddMemory(reader, index, *gpu, capacity);
  }
}

}  // namespace acceld::probes
