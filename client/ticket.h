// Opening the devices of a lease in this process. Private to client/.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "api/session.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::client {

// Whether the client has to open the device of a grant itself.
[[nodiscard]] bool IsTicket(const api::Grant& grant);

// Opens the device of a ticket: the driver's open() runs here, so that what it
// binds is this process's memory. Read-write, close-on-exec.
// Errors: kPermissionDenied (the ticket was revoked, or is another user's; or a
// device cgroup or security module refuses this process), kUnsupported (no
// /proc here; the device cannot bind this address space, or its PASID is too
// wide: another device should have been opened first), kDeviceGone, kBusy,
// kNoMemory, kIo; sys_errno is open()'s.
// Source: proc_pid_fd(5), uacce.c uacce_fops_open(), cdev.c idxd_cdev_open(),
// iommu-sva.c iommu_alloc_mm_data().
[[nodiscard]] Result<UniqueFd> OpenTicket(const api::Grant& grant);

// The tickets among `grants` in the order in which to open them, as indices:
// narrowest PASID first, those without PASIDs last. A process has one PASID; it
// is chosen by the first device that binds and must fit into all of them.
[[nodiscard]] std::vector<std::size_t> OpeningOrder(
    std::span<const api::Grant> grants);

// Starts the queue that a descriptor of a uacce device is, once it is set up
// (its regions mapped, its context set). Does nothing for other frameworks,
// which have no such step. Errors: kDeviceGone, kInvalidArgument (not set up,
// or started before), kBusy, kIo. Source: uacce.c, UACCE_CMD_START_Q.
[[nodiscard]] Status StartQueue(const api::Grant& grant, int device);

}  // namespace acceld::client
