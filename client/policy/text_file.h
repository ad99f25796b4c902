// Reads the files that a person names: policies, workloads, pipelines. Whoever
// owns them: nothing that they say is put in force.
// Stateless; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/source.h"

namespace acceld::policy_tool {

// What a workload with tens of thousands of requests takes, many times over.
inline constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;

// "-" is standard input. Errors: kNotFound, kPermissionDenied, kIo,
// kInvalidArgument (larger than kMaxTextBytes, or a directory).
[[nodiscard]] Result<std::string> ReadTextFile(const std::string& path);

// The files named, and of directories the files that acceld would read there
// (*.json, not hidden), in byte order, each with its path for a name. Unlike
// acceld it asks for no owner and no mode. Errors: as above, a file of more
// than 1 MiB too, as acceld refuses it; kNotFound.
[[nodiscard]] Result<std::vector<policy::PolicySource>> ReadPolicyFiles(
    const std::vector<std::string>& paths);

}  // namespace acceld::policy_tool
