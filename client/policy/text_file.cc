#include "client/policy/text_file.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/trusted_file.h"
#include "base/units.h"
#include "client/input_file.h"

namespace acceld::policy_tool {
namespace {

namespace fs = std::filesystem;

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
  return client::ReadInput(path,
                           Bytes(static_cast<std::int64_t>(kMaxTextBytes)));
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
