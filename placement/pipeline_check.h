// What must hold between the parts of a pipeline, after each part was read:
// no cycles, not too many replicas. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/document_reader.h"
#include "placement/request.h"

namespace acceld::placement {

// The names of the stages of one cycle in order, the first repeated at the
// end; empty where the links form none. "host" does not count: data may begin
// and end there. Links that name no stage of `request` must not be in it.
[[nodiscard]] std::vector<std::string> FindCycle(const Request& request);

// Complains about cycles and about more than kMaxStages replicas.
void CheckPipeline(const Request& request, Complaints& complaints);

}  // namespace acceld::placement
