#include "tests/integration/shell.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>

namespace acceld::testing {

Finished Shell(const std::string& command) {
  Finished finished;
  std::FILE* pipe = ::popen(("exec 2>&1 </dev/null; " + command).c_str(), "re");
  if (pipe == nullptr) return finished;
  std::array<char, 4096> chunk{};
  while (const auto got = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    finished.output.append(chunk.data(), got);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) finished.status = WEXITSTATUS(status);
  return finished;
}

}  // namespace acceld::testing
