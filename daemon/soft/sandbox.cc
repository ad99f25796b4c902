#include "daemon/soft/sandbox.h"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "base/log.h"

namespace acceld::soft {
namespace {

constexpr unsigned kFirstForeignFd = 4;  // 0-2 and the control socket stay

// A sanitizer reserves terabytes of address space for its shadow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitAddressSpace = false;
#else
constexpr bool kLimitAddressSpace = true;
#endif

Status Limit(__rlimit_resource resource, std::uint64_t most) {
  const rlimit limit{most, most};
  if (::setrlimit(resource, &limit) != 0) {
    return FailErrno("limit a resource", errno);
  }
  return {};
}

Status LimitResources(const SandboxTerms& terms) {
  // No core dumps: they would hold clients' data.
  ACCELD_TRY_VOID(Limit(RLIMIT_CORE, 0));
  ACCELD_TRY_VOID(Limit(RLIMIT_NOFILE, terms.open_files));
  if (kLimitAddressSpace) {
    ACCELD_TRY_VOID(Limit(RLIMIT_AS, terms.address_space_bytes));
  }
  return {};
}

void LeaveNamespace(int flag, std::string_view name) {
  if (::unshare(flag) == 0) return;
  Log(LogLevel::kInfo, "soft_worker_namespace_kept",
      {{"namespace", name}, {"reason", ErrnoError("unshare", errno).message}});
}

// Each by itself, so that one that is forbidden does not keep the others.
void LeaveNamespaces() {
  // An ordinary user may leave the others only from a user namespace of its
  // own, in which it then has (and soon drops) every capability.
  if (::geteuid() != 0) LeaveNamespace(CLONE_NEWUSER, "user");
  LeaveNamespace(CLONE_NEWNET, "net");
  LeaveNamespace(CLONE_NEWIPC, "ipc");
  LeaveNamespace(CLONE_NEWUTS, "uts");
  LeaveNamespace(CLONE_NEWNS, "mount");
}

// Best effort: dropping takes a capability, and without that one nothing in the
// set can be gained either (no_new_privs is set).
void DropBoundingSet() {
  for (unsigned long cap = 0; ::prctl(PR_CAPBSET_READ, cap) >= 0; ++cap) {
    (void)::prctl(PR_CAPBSET_DROP, cap);
  }
}

// Permitted, effective and inheritable; ambient follows inheritable.
Status ClearCapabilitySets() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, 2> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) {
    return FailErrno("drop all capabilities", errno);
  }
  return {};
}

Status BecomeUser(uid_t user) {
  const auto group = static_cast<gid_t>(user);
  if (::setresgid(group, group, group) != 0) {
    if (errno != EINVAL) return FailErrno("become another group", errno);
    // Root of a user namespace that knows no other users (a rootless
    // container): an ordinary user in truth, and one without capabilities soon.
    Log(LogLevel::kInfo, "soft_worker_user_kept",
        {{"reason", "no other user in this user namespace"}});
    return {};
  }
  if (::setgroups(0, nullptr) != 0 || ::setresuid(user, user, user) != 0) {
    return FailErrno("become the unprivileged user", errno);
  }
  return {};
}

}  // namespace

Status CloseInheritedDescriptors() {
  if (::close_range(kFirstForeignFd, ~0U, 0) != 0) {
    return FailErrno("close inherited descriptors", errno);
  }
  return {};
}

Status EnterSandbox(const SandboxTerms& terms) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return FailErrno("give up new privileges", errno);
  }
  const bool root = ::geteuid() == 0;
  LeaveNamespaces();
  ACCELD_TRY_VOID(LimitResources(terms));
  DropBoundingSet();
  if (root) ACCELD_TRY_VOID(BecomeUser(terms.run_as));
  ACCELD_TRY_VOID(ClearCapabilitySets());
  // After the change of user, which resets it: nobody traces a worker, nor
  // reads its memory, although other programs run as "nobody" too.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return FailErrno("forbid tracing", errno);
  }
  return AllowOnlyWorkerSystemCalls();
}

}  // namespace acceld::soft
