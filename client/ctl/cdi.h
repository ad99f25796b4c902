// accelctl cdi: specs of the Container Device Interface, for container engines
// (docs/containers.md). As commands.h.
#pragma once

#include <string>

#include "base/result.h"
#include "client/ctl/tool.h"

namespace acceld::ctl {

struct CdiOptions {
  std::string directory;  // "": the command's default
  std::string root;       // where the host's /dev is; "": here
  bool all = false;       // everybody's leases
  bool watch = false;     // until SIGTERM or SIGINT
  bool leases_only = false;
};

// Errors of all: those of connecting, of the D-Bus calls and of the directory.

// Prints the specs of the machine's devices, one for each class; or writes them
// where `directory` is not empty, and removes those of classes that are gone.
[[nodiscard]] Status CdiGenerate(const Tool& tool, const CdiOptions& options);
// Makes the directory hold the specs of the leases that there are, and no
// other's. With `watch`, as they come and go; at the end it removes them.
[[nodiscard]] Status CdiSync(const Tool& tool, const CdiOptions& options);
// Lists the specs of acceld in the directory.
[[nodiscard]] Status CdiList(const Tool& tool, const CdiOptions& options);
// Removes those that the two commands above write.
[[nodiscard]] Status CdiRemove(const Tool& tool, const CdiOptions& options);

}  // namespace acceld::ctl
