// Hanging is the graph's (exports draw the same tree); here under this
// namespace's name.
#pragma once

#include "graph/hanging.h"

namespace acceld::topo {

using graph::Hanging;
using graph::IsBusPart;
using graph::OtherEnd;

}  // namespace acceld::topo
