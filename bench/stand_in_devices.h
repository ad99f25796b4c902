// A machine with accelerators for acceld to hand out where there are none: a
// sysfs and a /dev of this process and its children alone, in a mount namespace
// of their own. Benchmarks only; needs root.
#pragma once

#include "base/result.h"
#include "tests/support/sys_tree.h"

namespace acceld::bench {

// Four uacce queues (grants of kind `ticket`) and four GPUs (kind `fd`) of PCI
// functions that do not exist, beside the real CPUs and memory. Their nodes
// have the numbers of /dev/null, zero, full and urandom: a driver's open()
// is not in what is measured. `tree` must outlive the process's use of it.
// Requires: one thread. Errors: kPermissionDenied (not root), kIo.
[[nodiscard]] Status EnterMachineWithDevices(testing::SysTree& tree);

}  // namespace acceld::bench
