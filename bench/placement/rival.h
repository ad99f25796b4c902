// Rival: another solver, asked the same question in the same run.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "bench/placement/measured.h"

namespace acceld::bench {

// Several commands of one name are one solver set up in several ways: its best
// answer counts, and of equal answers the fastest.
struct Rival {
  std::string name;
  std::vector<std::string> commands;  // none: this program's depth_first.h
};

// From "NAME=COMMAND" or "COMMAND", which is called as its program is.
// `rivals` has one entry a name, in the order of first mention.
// Errors: kInvalidArgument where there is no command.
[[nodiscard]] Status AddRival(const std::string& text,
                              std::vector<Rival>& rivals);

// "{}" in a command is replaced by the file, which else is its last argument,
// and "{limit}" by the limit in whole seconds. A command may take some seconds
// longer, so that it can end by itself; its time is then the limit.
[[nodiscard]] Measured Ask(const Rival& rival, const std::string& file,
                           const Effort& effort);

}  // namespace acceld::bench
