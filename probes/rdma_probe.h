// What RDMA devices add to a network interface that the io-device probe found:
// ports, firmware, and the node through which verbs are asked for
// ("net/rdma").
// Source: /sys/class/infiniband, /sys/class/infiniband_verbs
// (Documentation/ABI/stable/sysfs-class-infiniband).
//
// Who may open: ib_uverbs_open binds no address space, so an open descriptor
// may be handed on. But write() on it is refused to anybody with other
// credentials than the opener's (ib_safe_file_access, include/rdma/ib.h): what
// is handed out takes ioctl(RDMA_VERBS_IOCTL) only.
//
// Software devices (rxe, siw) hang on no function and are passed over.
// Keys: nic:mlx5_0. Runs after the io-device probe.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// Adds firmware_version, hca_type, board_id, netdev, ports,
// link_layer, port_rate and health; and, of a device with a node of its own,
// all that makes it a device that can be asked for.
void RunRdmaProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
