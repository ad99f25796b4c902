#include <array>
#include <memory>
#include <string_view>

#include "probes/accel_probe.h"
#include "probes/apex_probe.h"
#include "probes/changes.h"
#include "probes/cxl_probe.h"
#include "probes/dax_probe.h"
#include "probes/dfl_probe.h"
#include "probes/drm_probe.h"
#include "probes/fpga_probe.h"
#include "probes/generic_initiator.h"
#include "probes/hwloc_probe.h"
#include "probes/idxd_probe.h"
#include "probes/io_device_probe.h"
#include "probes/iommu_probe.h"
#include "probes/kfd_probe.h"
#include "probes/mdev_probe.h"
#include "probes/numa_probe.h"
#include "probes/nvidia_probe.h"
#include "probes/nvme_probe.h"
#include "probes/pci_health_probe.h"
#include "probes/pci_probe.h"
#include "probes/probe.h"
#include "probes/qat_probe.h"
#include "probes/rdma_probe.h"
#include "probes/soft_probe.h"
#include "probes/uacce_probe.h"
#include "probes/vfio_probe.h"
#include "probes/xrt_probe.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kCpus = "cpu memory node";

}  // namespace

// Order: sources of CPUs and memory, then buses, then frameworks, which name
// what the earlier ones found.
std::span<const Probe> AllProbes() {
  static constexpr std::array kProbes = {
      Probe{"hwloc", RunHwlocProbe, kCpus},
      Probe{"numa", RunNumaProbe, kNumaSubsystems},
      Probe{"pci", RunPciProbe, {}, RerunPciProbe},
      Probe{"iommu", RunIommuProbe, {}, RerunIommuProbe},
      Probe{"cxl", RunCxlProbe, {}, RerunCxlProbe},
      Probe{"dax", RunDaxProbe, kNumaSubsystems},
      Probe{"generic-initiator", RunGenericInitiatorProbe},
      Probe{"io-device", RunIoDeviceProbe, {}, RerunIoDeviceProbe},
      Probe{"rdma", RunRdmaProbe},
      Probe{"nvme", RunNvmeProbe, {}, RerunNvmeProbe},
      Probe{"nvidia", RunNvidiaProbe},
      Probe{"drm", RunDrmProbe},
      Probe{"kfd", RunKfdProbe},
      Probe{"xrt", RunXrtProbe},
      Probe{"accel", RunAccelProbe},
      Probe{"uacce", RunUacceProbe},
      Probe{"idxd", RunIdxdProbe},
      Probe{"apex", RunApexProbe},
      Probe{"qat", RunQatProbe},
      Probe{"vfio", RunVfioProbe, {}, nullptr, RerunVfioProbe},
      Probe{"mdev", RunMdevProbe},
      Probe{"fpga", RunFpgaProbe},
      Probe{"dfl", RunDflProbe},
      Probe{"soft", RunSoftProbe, kCpus},
      // After every framework: it speaks where they are silent.
      Probe{"pci-health", RunPciHealthProbe, {}, RerunPciHealthProbe},
  };
  return kProbes;
}

FactSet ProbeMachine(const SysRoot& root, const Settings& settings) {
  FactSet facts;
  for (const Probe& probe : AllProbes()) {
    if (probe.rerun_with != nullptr) {
      std::unique_ptr<ProbeMemory> none;
      (void)probe.rerun_with(root, settings, Changes::Everything(), none,
                             facts);
    } else {
      probe.run(root, facts);
    }
  }
  return facts;
}

}  // namespace acceld::probes
