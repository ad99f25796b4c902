// Reads what names stages in a request: links and constraints. Part of
// ParseRequest(); pure.
#pragma once

#include <vector>

#include "base/document_reader.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// "links" of the request that `reader` reads. Links with an end that is
// unknown are complained about and left out.
[[nodiscard]] std::vector<PipelineLink> ReadLinks(
    ObjectReader& reader, const std::vector<Stage>& stages,
    const policy::Defaults& defaults);

// "constraints", likewise.
[[nodiscard]] std::vector<GroupConstraint> ReadConstraints(
    ObjectReader& reader, const std::vector<Stage>& stages);

}  // namespace acceld::placement
