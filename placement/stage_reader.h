// Reads the stages of a request. Part of ParseRequest(); pure.
#pragma once

#include <vector>

#include "base/document_reader.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// "stages" of the request that `reader` reads. A stage with mistakes stands
// with what could be read, so that links to it are not called unknown too.
[[nodiscard]] std::vector<Stage> ReadStages(ObjectReader& reader,
                                            const policy::Defaults& defaults);

// Complains where `text` is no name: 1 to kMaxNameBytes bytes of
// [A-Za-z0-9._-], beginning with a letter or digit. Returns whether it is one.
bool CheckName(ObjectReader& reader, std::string_view key,
               std::string_view text);

}  // namespace acceld::placement
