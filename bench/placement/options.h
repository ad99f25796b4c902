// Options: the command line of placement_bench.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bench/placement/measured.h"
#include "bench/placement/rival.h"

namespace acceld::bench {

struct Options {
  std::vector<std::string> files;      // instances
  std::vector<std::string> hosts;      // described machines, each with every
  std::vector<std::string> pipelines;  // pipeline
  std::vector<Rival> rivals;
  std::vector<std::string> means;  // words in the names of problems, by set
  Effort effort;
  bool json = false;
};

// What to print instead of measuring: help, or a mistake.
struct EarlyEnd {
  int exit_status = 0;
  std::string text;
};

[[nodiscard]] std::variant<Options, EarlyEnd> ParseOptions(
    int argc, const char* const* argv);

}  // namespace acceld::bench
