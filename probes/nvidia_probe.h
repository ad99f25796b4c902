// NVIDIA GPUs under NVIDIA's own driver, their MIG instances, their memory
// where it is a NUMA node, and the switches that join them.
//
// Keys: "accelerator:nvidia0" after the device minor, "engine:nvidia0-gi1"
// after the GPU instance, "fabric-hub:nvswitch".
// Source: /proc/driver/nvidia/gpus/ADDRESS/{information,numa_status},
// /proc/driver/nvidia/version, /proc/driver/nvidia/capabilities,
// /proc/driver/nvidia-caps/mig-minors (nv-procfs.c, nv-caps.c). Runs after the
// PCI probe and before the DRM probe, which then knows whose memory is a node.
// Single-threaded.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// - A GPU is opened by paths (/dev/nvidia0, /dev/nvidiactl, /dev/nvidia-uvm):
//   libcuda opens them itself and takes no descriptor. Grant "path".
// - A GPU with GPU instances (MIG) is offered in these parts only: they are its
//   engines. What memory one has no kernel file tells.
// - A GPU that was excluded when the driver was loaded has failed.
// - Memory that is a NUMA node (POWER9, Grace) is the GPU's: it shares it, and
//   a link on the die joins the two.
// - NVSwitches are one hub: the switches of a board act as one crossbar. No
//   kernel file tells which GPUs they join. Where all GPUs that are not
//   excluded are of one model, and there are two or more, these are linked to
//   it, by assumption; with GPUs of several models some may be PCIe cards
//   beside the board, and then none is.
void RunNvidiaProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
