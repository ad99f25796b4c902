#include "client/mount_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "base/unique_fd.h"

namespace acceld::client {
namespace {

Status Write(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  const auto size = static_cast<ssize_t>(text.size());
  if (!file.valid() || ::write(file.get(), text.data(), text.size()) != size) {
    return FailErrno(std::string("write ") + path, errno);
  }
  return {};
}

std::string OneToOne(unsigned id) {
  const std::string number = std::to_string(id);
  return number + " " + number + " 1\n";
}

Status EnterBoth(uid_t user, gid_t group) {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    if (errno == ENOSPC) {  // user.max_user_namespaces
      return Fail(Error{ErrorCode::kNoMemory,
                        "no user namespace is left (user.max_user_namespaces)",
                        ENOSPC});
    }
    return FailErrno("make a user and mount namespace", errno);
  }
  // A group is mapped by those alone who cannot shed groups.
  ACCELD_TRY_VOID(Write("/proc/self/setgroups", "deny"));
  ACCELD_TRY_VOID(Write("/proc/self/uid_map", OneToOne(user)));
  return Write("/proc/self/gid_map", OneToOne(group));
}

Status KeepMountsInside() {
  if (::mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return FailErrno("keep mounts to this namespace", errno);
  }
  return {};
}

}  // namespace

bool WantsPaths(const Document& pipeline) {
  const Document* stages = pipeline.Find("stages");
  const auto* list = stages == nullptr ? nullptr : stages->AsArray();
  return list != nullptr &&
         std::any_of(list->begin(), list->end(), [](const Document& stage) {
           const Document* grant = stage.Find("grant");
           return grant != nullptr && *grant == Document("path");
         });
}

Status EnterMountNamespace() {
  const uid_t user = ::geteuid();  // within the new namespace they are nobody's
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (errno != EPERM) return FailErrno("make a mount namespace", errno);
    ACCELD_TRY_VOID(EnterBoth(user, group));
  }
  return KeepMountsInside();
}

Status EnterMountNamespaceAlone() {
  if (::unshare(CLONE_NEWNS) != 0) {
    return FailErrno("make a mount namespace", errno);
  }
  return KeepMountsInside();
}

}  // namespace acceld::client
