// AMD GPUs as the compute driver (KFD) sees them: one accelerator per GPU node,
// their memory and the links between them.
//
// Keys: "accelerator:kfd-2" after nodes/2; "memory:0000:63:00.0", the device
// memory, after the PCI function that it belongs to, as the DRM probe names it;
// "numa:N" where no other probe found NUMA nodes (a recording of the topology
// alone).
// Source: probes/kfd_topology.h. Runs after the PCI and DRM probes.
// Single-threaded.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// - Each GPU node is an accelerator on its PCI function (domain and
//   location_id), opened as /dev/kfd: a driver that ties what is opened to the
//   opening process, so the client opens it ("ticket"). Attribute "render_node"
//   names the DRM accelerator of the same GPU, which a KFD process opens too.
// - The device memory of a package is one vertex that all of its nodes share
//   (probes/kfd_package.h), linked to each at the bandwidth of its bus.
// - io_links over XGMI are links: on-die inside a package, else fabric, from
//   GPU to GPU and from GPU to NUMA node. Bandwidth is max_bandwidth, that of
//   all lanes between the two, latency is min_latency; 0 is "not known".
// - PCIe io_links to NUMA nodes are links only where the PCI function is not
//   known; else PCI's own tree says it better.
// - Other GPUs that a GPU reaches over PCIe (p2p_links) are no links of their
//   own but ways over that tree: attribute "p2p_peers".
// - The CPU nodes are the NUMA nodes with CPUs, in order
//   (kfd_create_vcrat_image_cpu makes one of each).
void RunKfdProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
