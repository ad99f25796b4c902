// A refusal as people and programs read it: what Plan answers where nothing
// fits, and what the error of Acquire tells (docs/dbus-api.md). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/refusal.h"
#include "placement/request.h"

namespace acceld::placement {

// How it ended, for programs and in words.
struct RefusalHead {
  std::string_view outcome;  // "unsatisfiable", "busy" or "timeout"
  std::vector<std::string> reasons;
};

[[nodiscard]] Document ToDocument(const RefusalHead& head,
                                  const Request& request,
                                  const CandidateSet& candidates,
                                  const graph::Topology& topology,
                                  const Refusal& refusal);

}  // namespace acceld::placement
