// Names of PCI classes are the graph's (exports print them too); here under
// this namespace's name.
#pragma once

#include "graph/pci_class.h"

namespace acceld::topo {

using graph::ClassName;

}  // namespace acceld::topo
