#include "daemon/soft/find_worker.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace acceld::soft {

Result<std::string> FindWorkerProgram() {
  std::array<char, 4096> own{};
  const ssize_t size = ::readlink("/proc/self/exe", own.data(), own.size());
  if (size < 0) return FailErrno("find the own executable", errno);
  std::string folder(own.data(), static_cast<std::size_t>(size));
  folder.erase(folder.rfind('/') + 1);
  for (const std::string_view place : {"", "soft/", "../libexec/acceld/"}) {
    std::string program = folder;
    program.append(place).append("acceld-soft-worker");
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  return Fail(ErrorCode::kNotFound, "no acceld-soft-worker next to " + folder);
}

}  // namespace acceld::soft
