// Refusal: why a request has no placement, as data: the parts that have no
// place at all, or else a set of demands that cannot be met together. Names
// what it is about by JSON pointers into the request. Values; pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace acceld::placement {

// A stage, a buffer or the host: it has no place, whatever the others take.
struct EmptyPart {
  std::string kind;     // "stage", "buffer" or "host"
  std::string pointer;  // "/stages/0", "/links/1/buffer", "/client/cpus"
  std::string text;     // "stage pack (copy): no device can serve it: ..."
};

// A demand of the request that has a part in the conflict.
struct ConflictingDemand {
  std::string kind;     // as Relaxation::kind
  std::string pointer;  // "/links/0/require/locality"
  std::string text;     // "link a -> b: locality same-switch"
  // Whether the request fits with all others of its demands; nothing where the
  // budget ended before that was known.
  std::optional<bool> fits_without;
  // A value of the demand with which it is known to fit, in the words of a
  // request ("same-numa", "640ns"); "" where none is known. There may be
  // stricter ones that fit too.
  std::string fits_with;
};

struct Refusal {
  std::vector<EmptyPart> empty;
  // Cannot all be met; where `minimal`, none can be left out of that. Stages
  // stand in it (kind "stage") only where devices are too few even without any
  // other demand. Empty where `empty` is not, and where the budget ended
  // before anything was known of it.
  std::vector<ConflictingDemand> conflict;
  bool minimal = true;  // false: the budget ended the search for fewer

  // What to change, one sentence each; best first.
  [[nodiscard]] std::vector<std::string> Suggestions() const;
};

// The same for a person, one line each; never empty.
[[nodiscard]] std::vector<std::string> ReasonLines(const Refusal& refusal);

}  // namespace acceld::placement
