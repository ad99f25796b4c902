// accel-policy: check, explain and try policies. See docs/policy-tools.md.
#include <cstdio>
#include <exception>

#include "base/result.h"
#include "client/exit_code.h"
#include "client/policy/command_line.h"

namespace acceld::policy_tool {
namespace {

int Main(int argc, const char* const* argv) {
  const auto parsed = ParseCommandLine(argc, argv);
  if (const auto* end = std::get_if<EarlyEnd>(&parsed)) {
    std::FILE* stream = end->exit_status == 0 ? stdout : stderr;
    const bool told =
        std::fputs(end->text.c_str(), stream) >= 0 && std::fflush(stream) == 0;
    return told ? end->exit_status
                : static_cast<int>(client::ExitCode::kFailure);
  }
  const auto& line = std::get<CommandLine>(parsed);
  const Result<int> status = line.run(line.tool);
  return status ? *status : line.tool.Complain(status.error());
}

}  // namespace
}  // namespace acceld::policy_tool

int main(int argc, char** argv) {
  try {
    return acceld::policy_tool::Main(argc, argv);
  } catch (const std::exception& error) {  // the last resort
    (void)std::fprintf(stderr, "accel-policy: %s\n", error.what());
    return static_cast<int>(acceld::client::ExitCode::kFailure);
  }
}
