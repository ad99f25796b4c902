// Reads pipeline files: JSON with the keys of docs/pipeline.md.
#pragma once

#include <string>

#include "base/document.h"
#include "base/result.h"

namespace acceld::client {

// Reads a pipeline; "-" is standard input. Says only whether it is a JSON
// object: what it means is the daemon's to judge. Errors: kNotFound,
// kPermissionDenied, kIo, kInvalidArgument (no JSON object; with the position).
[[nodiscard]] Result<Document> ReadPipelineFile(const std::string& path);

}  // namespace acceld::client
