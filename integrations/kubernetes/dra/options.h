// The command line of acceld-dra-plugin.
#pragma once

#include <optional>
#include <string>

#include "base/units.h"

namespace acceld::dra {

struct Options {
  std::string node;  // as Kubernetes names it
  std::string bus = "system";
  std::string kubelet = "/var/lib/kubelet";
  std::string specs = "/var/run/cdi";
  std::string root;  // before the paths of device nodes; "" is here
  std::string account = "/var/run/secrets/kubernetes.io/serviceaccount";
  Nanoseconds refresh{10'000'000'000};  // 10 ms to 10 s
  Nanoseconds linger{300'000'000'000};  // at most a day
};

// The options, or what to exit with (--help, mistakes), which was told.
struct ParsedOptions {
  Options options;
  std::optional<int> exit_status;
};

[[nodiscard]] ParsedOptions ParseOptions(int argc, const char* const* argv);

}  // namespace acceld::dra
