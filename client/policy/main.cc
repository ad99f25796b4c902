// accel-policy: check, explain and try policies. See docs/policy-tools.md.
#include "client/policy/command_line.h"
#include "client/program.h"

int main(int argc, char** argv) {
  return acceld::client::RunProgram("accel-policy", [&] {
    return acceld::client::RunParsed(
        acceld::policy_tool::ParseCommandLine(argc, argv));
  });
}
