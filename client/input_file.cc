#include "client/input_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "base/unique_fd.h"

namespace acceld::client {
namespace {

Result<std::string> ReadAll(int fd, Bytes most) {
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EISDIR) {
      return Fail(ErrorCode::kInvalidArgument, "is a directory");
    }
    if (got < 0) return FailErrno("read", errno);
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (std::cmp_greater(text.size(), most.value())) {
      return Fail(ErrorCode::kInvalidArgument, "larger than " + ToString(most));
    }
  }
}

}  // namespace

Result<std::string> ReadInput(const std::string& path, Bytes most) {
  const bool is_standard = path == "-";
  UniqueFd file;
  if (!is_standard) {
    file = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return FailErrno(path, errno);
  }
  auto text = ReadAll(is_standard ? STDIN_FILENO : file.get(), most);
  if (text) return text;
  return Fail(
      std::move(text.error()).In(is_standard ? "standard input" : path));
}

}  // namespace acceld::client
