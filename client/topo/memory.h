// `accel-topo memory`: every memory target and what each initiator sees of it.
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "base/document.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

// One row for each initiator of each memory.
[[nodiscard]] std::string MemoryText(const Machine& machine, const Look& look);
// {"memories": [{"key", "kind", "capacity", "nodes": [...], "owners": [...],
// "initiators": [{"key", "latency", "bandwidth", "source"}]}]}
[[nodiscard]] Document MemoryDocument(const Machine& machine);

}  // namespace acceld::topo
