#include "policy/user_database.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <cstddef>
#include <vector>

namespace acceld::policy {
namespace {

// A group lists its members, so an entry may be large; beyond this it is not
// believed.
constexpr std::size_t kFirstBuffer = 4096;
constexpr std::size_t kLargestBuffer = std::size_t{1} << 22;

// POSIX lets "not found" be any of these (getpwnam(3), "ERRORS").
bool MeansAbsent(int code) {
  return code == 0 || code == ENOENT || code == ESRCH || code == EBADF ||
         code == EPERM;
}

// Calls `ask(entry, buffer, size, &found)` with a buffer that is large enough.
template <typename Entry, typename Ask>
Result<std::optional<Entry>> Look(const std::string& name, Ask ask) {
  std::vector<char> buffer(kFirstBuffer);
  while (true) {
    Entry entry{};
    Entry* found = nullptr;
    const int code = ask(&entry, buffer.data(), buffer.size(), &found);
    if (found != nullptr) return entry;
    if (code == EINTR) continue;
    if (code == ERANGE && buffer.size() < kLargestBuffer) {
      buffer.resize(buffer.size() * 2);
    } else if (MeansAbsent(code)) {
      return std::optional<Entry>();
    } else {
      return Fail(ErrorCode::kIo,
                  ErrnoError("look up '" + name + "'", code).message);
    }
  }
}

}  // namespace

Result<std::optional<uid_t>> SystemUserDatabase::FindUser(
    const std::string& name) const {
  ACCELD_TRY(const auto user, Look<passwd>(name, [&](auto... rest) {
               return ::getpwnam_r(name.c_str(), rest...);
             }));
  return user ? std::optional(user->pw_uid) : std::nullopt;
}

Result<std::optional<gid_t>> SystemUserDatabase::FindGroup(
    const std::string& name) const {
  ACCELD_TRY(const auto group, Look<::group>(name, [&](auto... rest) {
               return ::getgrnam_r(name.c_str(), rest...);
             }));
  return group ? std::optional(group->gr_gid) : std::nullopt;
}

}  // namespace acceld::policy
