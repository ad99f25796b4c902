// `accel-topo diff A B`: what differs between two machines, or between one
// machine then and now (`watch` prints the same).
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "base/document.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"
#include "graph/diff.h"

namespace acceld::topo {

// "" where nothing differs. Links and relations of what was added or removed
// are counted beside it; those between things that stay have lines.
// Requires: `diff` is of these two.
[[nodiscard]] std::string DiffText(const Machine& before, const Machine& after,
                                   const graph::Diff& diff, const Look& look);

// {"before", "after": where from; "same": boolean; "vertices": [{"change",
// "key", "kind", "values": [{"name", "before", "after", "volatile"}]}];
// "links", "relations": [{"change", "from", "to", "kind", "values"}];
// "faults": [{"change", "code", "where", "what"}]}. "before" and "after" of a
// value: {"value", "evidence", "source"}; absent where that side knows none.
[[nodiscard]] Document DiffDocument(const Machine& before, const Machine& after,
                                    const graph::Diff& diff);

}  // namespace acceld::topo
