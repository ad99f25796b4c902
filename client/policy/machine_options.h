// The options by which commands are told the machine and the policy.
// Value types; single-threaded.
#pragma once

#include <string>
#include <vector>

#include "client/policy/tool.h"
#include "client/topo/machine.h"

namespace CLI {
class App;
}

namespace acceld::policy_tool {

// --host, --sysroot and --running, one of which is required.
void AddMachineOptions(CLI::App& app, topo::SourceOptions& source);
// --policy, which may be repeated.
void AddPolicyOption(CLI::App& app, std::vector<std::string>& paths);

}  // namespace acceld::policy_tool
