// Answer: what another solver's output says of the problem that it was given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bench/placement/measured.h"

namespace acceld::bench {

struct Answer {
  std::int64_t cost = 0;
  bool proved = false;
  std::optional<Seconds> time;  // nothing where it does not say
};

// How ParseAnswer() reads, for --help.
inline constexpr const char* kAnswerRule =
    "Of its output the last line counts that tells a cost: a number after "
    "\"cost\",\n\"best\", \"opt\", \"optimum\" or \"solution\" and \"=\" or "
    "\":\". The cost is proved if\nthat line says \"proved\", \"optimal\", "
    "\"opt\" or \"optimum\", but not \"limit\". Its\ntime is the number "
    "after \"time=\", in seconds, or the one before \"seconds\"; else\nthe "
    "time that the command took is taken. Case does not matter.\n";

// Nothing where no line tells a cost.
[[nodiscard]] std::optional<Answer> ParseAnswer(std::string_view output);

}  // namespace acceld::bench
