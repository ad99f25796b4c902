// What became of the devices that could have served each stage, as people and
// programs read it. What a caller may not use is not in it. Pure.
#pragma once

#include <cstddef>

#include "base/document.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/request.h"

namespace acceld::placement {

// How many rejected devices a document lists at most, of all stages together:
// enough for the machines of today, and little against a message's limits on
// one with thousands of devices.
inline constexpr std::size_t kMaxRejectionsListed = 1024;

// Sets "candidates" (for each stage how many devices could serve it, and how
// many were rejected for which reason), "rejected" (each of those, those that
// offer the function first) and, where not all are listed,
// "rejected_left_out".
void SetRejections(Document& document, const Request& request,
                   const CandidateSet& candidates,
                   const graph::Topology& topology);

}  // namespace acceld::placement
