#include "policy/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "base/trusted_file.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace acceld::policy {
namespace {

constexpr std::size_t kMaxFiles = 256;

struct DirectoryCloser {
  void operator()(DIR* directory) const { (void)::closedir(directory); }
};

bool IsPolicyName(std::string_view name) {
  return name.ends_with(".json") && !name.starts_with('.');
}

Result<std::vector<std::string>> ListNames(const UniqueFd& directory,
                                           const std::string& path) {
  ACCELD_TRY(UniqueFd copy, directory.Duplicate());
  const std::unique_ptr<DIR, DirectoryCloser> stream(::fdopendir(copy.get()));
  if (stream == nullptr) return FailErrno(path, errno);
  (void)copy.Release();  // closed with the stream
  std::vector<std::string> names;
  errno = 0;
  // readdir is safe here: nobody else uses this stream.
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT
    if (!IsPolicyName(entry->d_name)) continue;
    if (names.size() == kMaxFiles) {
      return Fail(ErrorCode::kInvalidArgument,
                  path + ": more than " + std::to_string(kMaxFiles) + " files");
    }
    names.emplace_back(entry->d_name);
  }
  if (errno != 0) return FailErrno(path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Result<std::vector<PolicySource>> ReadPolicyDirectory(
    const std::string& directory, const std::vector<uid_t>& owners) {
  std::vector<PolicySource> sources;
  const UniqueFd fd(::open(directory.c_str(),
                           O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) {
    const int code = errno;
    if (code == ENOENT) return sources;
    struct stat status {};
    const bool link = ::lstat(directory.c_str(), &status) == 0 &&
                      S_ISLNK(status.st_mode);  // for the message only
    return Fail(OpenFault(directory, link ? ELOOP : code));
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(directory, errno);
  ACCELD_TRY_VOID(CheckTrusted(status, directory, owners));
  ACCELD_TRY(const std::vector<std::string> names, ListNames(fd, directory));
  for (const std::string& name : names) {
    const std::string path = directory + "/" + Printable(name);
    ACCELD_TRY(std::string text, ReadTrustedFile(fd.get(), name, path, owners));
    sources.push_back({name, std::move(text)});
  }
  return sources;
}

}  // namespace acceld::policy
