// The exporter's command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace acceld::exporter {

struct Options {
  std::string bus = "system";
  std::string listen = "127.0.0.1:9730";
  // How long an answer of the daemon is good for.
  std::chrono::nanoseconds good_for{std::chrono::seconds(1)};
  std::string password_file;  // empty: whoever can connect may read
};

// Parses the command line. Where the process shall end at once (--help,
// --version, a mistake), its exit status is in `exit_status`.
struct ParsedOptions {
  Options options;
  std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions ParseOptions(int argc, const char* const* argv);

}  // namespace acceld::exporter
