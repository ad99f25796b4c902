#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "client/ctl/commands.h"

namespace acceld::ctl {
namespace {

constexpr const char* kProgram = "accel-policy";

// Beside this program, as both are installed; else by PATH.
std::string PathOfProgram() {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path self = fs::read_symlink("/proc/self/exe", failed);
  const fs::path beside = self.parent_path() / kProgram;
  if (!failed && ::access(beside.c_str(), X_OK) == 0) return beside.string();
  return kProgram;
}

}  // namespace

Status RunPolicyTool(const Tool& tool, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProgram);
  if (tool.json) arguments.insert(arguments.begin() + 1, "--json");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::execvp(PathOfProgram().c_str(), pointers.data());
  return FailErrno(
      "cannot start accel-policy, which is to be installed beside "
      "accelctl",
      errno);
}

}  // namespace acceld::ctl
