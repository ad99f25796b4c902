// The commands of accel-policy, one file each. A command declares its options
// on its own CLI::App and returns what is to run once they are parsed.
// docs/man/accel-policy.1 is the manual.
#pragma once

#include <functional>

#include "base/result.h"
#include "client/policy/tool.h"

namespace CLI {
class App;
}

namespace acceld::policy_tool {

// Runs the command and returns its exit status. A fault is told by the caller.
using Runner = std::function<Result<int>(const Tool&)>;

[[nodiscard]] Runner DeclareCheck(CLI::App& app);
[[nodiscard]] Runner DeclareDiff(CLI::App& app);
[[nodiscard]] Runner DeclareExplain(CLI::App& app);
[[nodiscard]] Runner DeclareSimulate(CLI::App& app);

}  // namespace acceld::policy_tool
