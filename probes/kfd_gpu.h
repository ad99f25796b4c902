// The accelerators of KFD's GPU nodes, and the memory of their packages.
// Single-threaded. Used by the KFD probe.
#pragma once

#include <string>

#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/kfd_package.h"

namespace acceld::probes {

// "accelerator:kfd-2"
[[nodiscard]] std::string KfdKey(int node);

// Adds the accelerators of all nodes of `package`, with their relations,
// attributes and links to the function, and its memory.
void AddKfdPackage(const FactReader& reader, const FactIndex& index,
                   const KfdPackage& package);

}  // namespace acceld::probes
