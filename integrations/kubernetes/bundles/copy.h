// Copy: where one unit of a resource would go, or is. Values; pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld::kubernetes {

struct Copy {
  struct Place {
    std::string stage;
    std::int64_t replica = 0;
    std::string device;  // key
    friend bool operator==(const Place&, const Place&) = default;
  };
  std::vector<Place> places;        // one at least
  std::vector<std::int64_t> nodes;  // NUMA nodes of the devices, sorted
  std::int64_t cost = 0;            // the placement's total
};

// Of a placement, or of one of the "copies" of Plan. Errors: kCorruptInput.
[[nodiscard]] Result<Copy> ParseCopy(const Document& placement);
// Errors: kCorruptInput.
[[nodiscard]] Result<std::vector<Copy>> ParseCopies(const Document& copies);

// The pipeline, to be placed on the devices of `copy` and on no others.
// Requires: a pipeline that `copy` is of.
[[nodiscard]] Document Pinned(const Document& pipeline, const Copy& copy);

}  // namespace acceld::kubernetes
