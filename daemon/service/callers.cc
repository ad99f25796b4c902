#include "daemon/service/callers.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "daemon/service/slice.h"

namespace acceld::daemon {
namespace {

constexpr std::size_t kMaxKnown = 4096;
constexpr std::size_t kMaxBuffer = std::size_t{1} << 20;
constexpr std::size_t kMaxGroups = 65536;  // NGROUPS_MAX

Error Unknown(int sys_errno) {
  return ErrnoError("the user database does not answer", sys_errno);
}

// Groups of a user after the user database; none where it has no entry. A
// failure is no answer: a rule that denies by group must not lapse with it.
// Errors: kUnavailable.
Result<std::vector<gid_t>> GroupsOf(uid_t uid) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  int error = 0;
  while ((error = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(),
                               &found)) == ERANGE &&
         buffer.size() < kMaxBuffer) {
    buffer.resize(buffer.size() * 2);
  }
  // These mean "no such user" with some name services (getpwuid_r(3)).
  const bool absent = error == ENOENT || error == ESRCH;
  if (error != 0 && !absent) {
    return Fail(ErrorCode::kUnavailable, Unknown(error).message);
  }
  if (found == nullptr) return std::vector<gid_t>();
  std::vector<gid_t> groups(256);
  int count = static_cast<int>(groups.size());
  while (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) <
         0) {
    if (groups.size() >= kMaxGroups) {
      return Fail(ErrorCode::kUnavailable, "a user of too many groups");
    }
    groups.resize(groups.size() * 2);
    count = static_cast<int>(groups.size());
  }
  groups.resize(static_cast<std::size_t>(count));
  groups.shrink_to_fit();  // thousands of callers are kept
  return groups;
}

struct CredsDeleter {
  void operator()(sd_bus_creds* creds) const { sd_bus_creds_unref(creds); }
};

}  // namespace

Result<const Asker*> Callers::Identify(sd_bus_message* message) {
  const char* name = sd_bus_message_get_sender(message);
  if (name == nullptr) {
    return Fail(ErrorCode::kPermissionDenied, "the call has no sender");
  }
  if (const auto found = known_.find(name); found != known_.end()) {
    return &found->second;
  }
  sd_bus_creds* raw = nullptr;
  // No SD_BUS_CREDS_AUGMENT: what the bus does not attest is not known.
  const int asked = sd_bus_query_sender_creds(
      message, SD_BUS_CREDS_EUID | SD_BUS_CREDS_PID, &raw);
  const std::unique_ptr<sd_bus_creds, CredsDeleter> creds(raw);
  uid_t uid = 0;
  if (asked < 0 || sd_bus_creds_get_euid(creds.get(), &uid) < 0) {
    return Fail(ErrorCode::kPermissionDenied,
                "the bus does not say who is calling");
  }
  Asker asker;
  asker.sender = name;
  asker.subject.uid = uid;
  ACCELD_TRY(asker.subject.gids, GroupsOf(uid));
  if (sd_bus_creds_get_pid(creds.get(), &asker.pid) < 0) asker.pid = 0;
  asker.subject.slice = SliceOf(asker.pid, uid, live_);
  if (known_.size() >= kMaxKnown) known_.clear();
  return &known_.emplace(name, std::move(asker)).first->second;
}

}  // namespace acceld::daemon
