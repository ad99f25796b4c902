// The pipeline of `accelctl demo`: compress, then the digest of the result,
// with the result in the link buffer between the two.
#pragma once

#include <cstdint>
#include <string>

#include "base/document.h"
#include "base/result.h"
#include "base/units.h"

namespace acceld::ctl {

// configs/pipelines/compress-digest.json, with a buffer of this size.
[[nodiscard]] Document DemoPipeline(Bytes buffer);

// Which part of a pipeline does what.
struct DemoStages {
  std::string pack;       // name of the stage that compresses
  std::string sum;        // of the one that digests
  std::int64_t link = 0;  // index of the link between them
};

// Finds the parts in a pipeline of the user's. Errors: kInvalidArgument (no
// compress/deflate stage with a buffered link to a digest/sha256 stage).
[[nodiscard]] Result<DemoStages> FindDemoStages(const Document& pipeline);

}  // namespace acceld::ctl
