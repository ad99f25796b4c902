// What a link can carry, for people, is the graph's (exports print it too);
// here under this namespace's names.
#pragma once

#include "graph/link_width.h"
#include "graph/rate_text.h"

namespace acceld::topo {

using graph::LinkWidth;
using graph::RatesOf;
using graph::TextOf;
using graph::WidthOf;

}  // namespace acceld::topo
