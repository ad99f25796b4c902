// `accel-topo distance A B`: how far two things are, and over which links.
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "base/document.h"
#include "base/result.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

// Errors of both: kNotFound (an unknown name, or no path), kInvalidArgument
// (an ambiguous name).
[[nodiscard]] Result<std::string> DistanceText(const Machine& machine,
                                               const std::string& from,
                                               const std::string& to,
                                               const Look& look);
// As org.acceld1.Manager.Distance, and "links": for each step of the path
// "from", "to", "kind", "bandwidth", "latency", their evidence and source, and
// "weakest".
[[nodiscard]] Result<Document> DistanceDocument(const Machine& machine,
                                                const std::string& from,
                                                const std::string& to);

}  // namespace acceld::topo
