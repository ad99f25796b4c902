#include "probes/drm_probe.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "probes/accelerator.h"
#include "probes/amdgpu_facts.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/gpu_memory.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/drm";

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

// Whose GPU it is. The class leads to the PCI function; of a virtio GPU that
// one's driver only carries a virtio device, which has the GPU's.
std::string DriverOf(const FactReader& reader, const Accelerator& gpu) {
  if (gpu.driver != "virtio-pci") return gpu.driver;
  for (const std::string& name : reader.Names(gpu.device_path)) {
    if (!name.starts_with("virtio")) continue;
    const std::string link = gpu.device_path + "/" + name + "/driver";
    if (auto driver = reader.LinkName(link)) return *std::move(driver);
  }
  return gpu.driver;
}

}  // namespace

void RunDrmProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    if (!IsRenderNode(name)) continue;
    const auto gpu = AddAccelerator(
        reader, index,
        {"drm", std::string(kClass) + "/" + name, name, "/dev/dri/"});
    if (!gpu) continue;
    AddTraits(reader, *gpu, DrmDriver(DriverOf(reader, *gpu)));
    // The window of an FPGA card is none into its memory
    // (probes/xrt_probe.h).
    if (gpu->driver != "xocl") AddGpuMemory(reader, index, *gpu);
    if (gpu->driver == "amdgpu") AddAmdgpuFacts(reader, *gpu);
  }
}

}  // namespace acceld::probes
