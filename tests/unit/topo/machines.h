// Small described machines that the tests of accel-topo print. Every object
// differs from every other, so that swaps and drops show.
#pragma once

#include "tests/support/machine_facts.h"

namespace acceld::testing {

// Two sockets with one accelerator each, and an HBM that both accelerators
// share and that is far from both CPUs.
[[nodiscard]] MachineFacts SharedHbmMachine();

// One socket; a switch with seven equal functions, one of another kind and a
// degraded link; two functions of one IOMMU group.
[[nodiscard]] MachineFacts SwitchMachine();

// Two sockets and a memory-only node that only the far one reaches well; four
// sockets' worth of equal links are left to MeshMachine.
[[nodiscard]] MachineFacts MemoryOnlyMachine();

// Four packages, each linked to each; a fabric hub with four accelerators.
[[nodiscard]] MachineFacts MeshMachine();

}  // namespace acceld::testing
