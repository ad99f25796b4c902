#include "client/policy/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/trusted_file.h"
#include "base/unique_fd.h"

namespace acceld::policy_tool {
namespace {

namespace fs = std::filesystem;

Result<std::string> ReadAll(int fd) {
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
    if (text.size() > kMaxTextBytes) {
      return Fail(ErrorCode::kInvalidArgument, "larger than 64MiB");
    }
  }
}

// The policy files of a directory, in byte order.
Result<std::vector<std::string>> FilesOf(const std::string& directory) {
  std::error_code failed;
  std::vector<std::string> names;
  fs::directory_iterator entry(directory, failed);
  for (; !failed && entry != fs::directory_iterator();
       entry.increment(failed)) {
    std::string name = entry->path().filename().string();
    if (name.ends_with(".json") && !name.starts_with('.')) {
      names.push_back(std::move(name));
    }
  }
  if (failed) return FailErrno(directory, failed.value());
  std::sort(names.begin(), names.end());
  for (std::string& name : names) name = (fs::path(directory) / name).string();
  return names;
}

Result<policy::PolicySource> ReadPolicyFile(const std::string& path) {
  ACCELD_TRY(std::string text, ReadTextFile(path));
  if (text.size() > kMaxTrustedFileBytes) {
    return Fail(ErrorCode::kInvalidArgument,
                path + ": larger than 1MiB, which acceld refuses");
  }
  return policy::PolicySource{path, std::move(text)};
}

}  // namespace

Result<std::string> ReadTextFile(const std::string& path) {
  if (path == "-") {
    auto text = ReadAll(STDIN_FILENO);
    if (!text) return Fail(std::move(text.error()).In("standard input"));
    return text;
  }
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return FailErrno(path, errno);
  auto text = ReadAll(file.get());
  if (!text) return Fail(std::move(text.error()).In(path));
  return text;
}

Result<std::vector<policy::PolicySource>> ReadPolicyFiles(
    const std::vector<std::string>& paths) {
  std::vector<policy::PolicySource> sources;
  for (const std::string& path : paths) {
    std::error_code ignored;  // what is no directory is opened as a file
    std::vector<std::string> files{path};
    if (fs::is_directory(path, ignored)) {
      ACCELD_TRY(files, FilesOf(path));
    }
    for (const std::string& file : files) {
      ACCELD_TRY(policy::PolicySource source, ReadPolicyFile(file));
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

}  // namespace acceld::policy_tool
