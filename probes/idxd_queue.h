// Work queues of DSA and IAA devices, each an engine: what is granted.
// Adds facts; single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "probes/fact_reader.h"
#include "probes/idxd_operations.h"

namespace acceld::probes {

// What a queue takes from its device.
struct IdxdDevice {
  std::string key;   // "accelerator:dsa0"
  std::string name;  // "dsa0"
  IdxdKind kind = IdxdKind::kDsa;
  std::optional<std::int64_t> major;         // of its queues' nodes
  std::optional<IdxdOperations> operations;  // op_cap
};

// Adds "engine:NAME" for the queue at sys/bus/dsa/devices/NAME with its type,
// mode, size, threshold, priority, group, state and limits, who holds it, and
// the functions where its op_config leaves some of the device's out.
//
// Only an enabled queue of type "user" has a node that a client can open. A
// dedicated one is opened once; a shared one has no limit but the PASIDs. Any
// other queue has `instances` 0, so that nothing is placed on it, and says why
// in `not_offered`.
//
// Returns whether there is such a queue: a queue that nobody has configured
// (type "none", size 0) is only room for one, and not added.
// Source: Documentation/ABI/stable/sysfs-driver-dma-idxd: wqM.N;
// drivers/dma/idxd/cdev.c: idxd_cdev_open.
bool AddIdxdQueue(const FactReader& reader, const IdxdDevice& device,
                  const std::string& name);

}  // namespace acceld::probes
