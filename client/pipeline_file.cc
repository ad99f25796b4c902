#include "client/pipeline_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/json.h"
#include "base/unique_fd.h"

namespace acceld::client {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

Result<std::string> ReadAll(int fd) {
  std::string text;
  std::array<char, 16384> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno("read", errno);
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxBytes) {
      return Fail(ErrorCode::kInvalidArgument, "larger than 1MiB");
    }
  }
}

Result<std::string> ReadText(const std::string& path) {
  if (path == "-") return ReadAll(STDIN_FILENO);
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return FailErrno("open", errno);
  return ReadAll(file.get());
}

}  // namespace

Result<Document> ReadPipelineFile(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  auto text = ReadText(path);
  if (!text) return Fail(std::move(text.error()).In(name));
  auto document = ParseJson(*text);
  if (!document) return Fail(std::move(document.error()).In(name));
  if (document->AsObject() == nullptr) {
    return Fail(ErrorCode::kInvalidArgument,
                name + ": a pipeline is an object ({\"stages\": [...]}), not " +
                    std::string(document->TypeName()));
  }
  return document;
}

}  // namespace acceld::client
