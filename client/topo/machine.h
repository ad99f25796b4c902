// The machine that a command looks at, and where it is to come from.
// Value types; no threading rule.
#pragma once

#include <memory>
#include <string>

#include "graph/topology.h"

namespace acceld::topo {

struct Machine {
  std::shared_ptr<const graph::Topology> topology;  // never null
  std::string origin;  // for people: "acceld on the system bus"
};

struct SourceOptions {
  std::string bus = "system";  // "system", "session" or a D-Bus address
  bool direct = false;         // do not ask the daemon
  std::string sysroot;         // a recorded tree; empty: none
  std::string host;            // a machine document; empty: none
  std::string vfio_offers;     // of a machine that is probed; empty: none
};

}  // namespace acceld::topo
