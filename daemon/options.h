// The daemon's command line.
#pragma once

#include <optional>
#include <string>

namespace acceld::daemon {

struct Options {
  std::string bus = "system";
  std::string policy_directory = "/etc/acceld/policy.d";
  std::string vfio_offers = "/etc/acceld/vfio.json";
  std::string sysroot = "/";
  std::optional<std::string> host_file;
  bool stand_in = false;
  // Where the sockets of leases are; empty: leases have none.
  std::string runtime_directory;
  std::string worker;  // path of acceld-soft-worker; empty: beside the daemon
  bool verbose = false;
};

// Parses the command line. Where the process shall end at once (--help,
// --version, a mistake), its exit status is in `exit_status`.
struct ParsedOptions {
  Options options;
  std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions ParseOptions(int argc, char** argv);

}  // namespace acceld::daemon
