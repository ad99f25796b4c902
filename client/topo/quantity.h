// Quantities for people are the graph's (exports print them too); here under
// this namespace's names.
#pragma once

#include "graph/quantity.h"

namespace acceld::topo {

using graph::Mark;
using graph::Marked;
using graph::MarkLegend;
using graph::Readable;

}  // namespace acceld::topo
