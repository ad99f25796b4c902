#include "daemon/grant/ticket_node.h"

#include <fcntl.h>
#include <sys/acl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/log.h"
#include "daemon/grant/mount_line.h"

namespace acceld::daemon {
namespace {

struct FreeAcl {
  void operator()(acl_t acl) const { (void)::acl_free(acl); }
};
using Acl = std::unique_ptr<std::remove_pointer_t<acl_t>, FreeAcl>;

struct Entry {
  acl_tag_t tag;
  bool may_use;
};

// Adds an entry of `user`'s where the tag is ACL_USER.
bool Add(Acl& acl, const Entry& wanted, uid_t user) {
  acl_t raw = acl.release();  // acl_create_entry may move it
  acl_entry_t entry = nullptr;
  const bool added = ::acl_create_entry(&raw, &entry) == 0;
  acl.reset(raw);
  acl_permset_t permissions = nullptr;
  return added && ::acl_set_tag_type(entry, wanted.tag) == 0 &&
         (wanted.tag != ACL_USER || ::acl_set_qualifier(entry, &user) == 0) &&
         ::acl_get_permset(entry, &permissions) == 0 &&
         ::acl_clear_perms(permissions) == 0 &&
         (!wanted.may_use || (::acl_add_perm(permissions, ACL_READ) == 0 &&
                              ::acl_add_perm(permissions, ACL_WRITE) == 0));
}

// Returns 0 or the errno.
int SetAcl(int node, std::initializer_list<Entry> entries, uid_t user) {
  Acl acl(::acl_init(static_cast<int>(entries.size())));
  if (acl == nullptr) return errno;
  for (const Entry& entry : entries) {
    if (!Add(acl, entry, user)) return errno;
  }
  // fsetxattr(2) takes no O_PATH descriptor.
  std::array<char, 32> path{};
  (void)std::snprintf(path.data(), path.size(), "/proc/self/fd/%d", node);
  return ::acl_set_file(path.data(), ACL_TYPE_ACCESS, acl.get()) == 0 ? 0
                                                                      : errno;
}

int AllowOnly(int node, uid_t user) {
  return SetAcl(node,
                {{ACL_USER_OBJ, true},
                 {ACL_USER, true},
                 {ACL_GROUP_OBJ, false},
                 {ACL_MASK, true},
                 {ACL_OTHER, false}},
                user);
}

int AllowNobody(int node) {
  return SetAcl(
      node, {{ACL_USER_OBJ, false}, {ACL_GROUP_OBJ, false}, {ACL_OTHER, false}},
      0);
}

// One page and two inodes: the root and the node.
Result<UniqueFd> MountFilesystem() {
  const UniqueFd context(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  if (!context.valid()) return FailErrno("make a filesystem", errno);
  constexpr std::array<std::pair<const char*, const char*>, 4> kOptions{
      {{"source", kTicketSource},
       {"size", "4096"},
       {"nr_inodes", "2"},
       {"mode", "0700"}}};
  for (const auto& [key, value] : kOptions) {
    if (::fsconfig(context.get(), FSCONFIG_SET_STRING, key, value, 0) != 0) {
      return FailErrno(std::string("set a filesystem's ") + key, errno);
    }
  }
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) !=
      0) {
    return FailErrno("make a filesystem", errno);
  }
  UniqueFd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC,
                           MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
  if (!mount.valid()) return FailErrno("mount a filesystem", errno);
  return mount;
}

int ForbidDevices(int mount) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NODEV;
  return ::mount_setattr(mount, "", AT_EMPTY_PATH, &attributes,
                         sizeof attributes) == 0
             ? 0
             : errno;
}

void Complain(const char* event, const std::string& name, int error) noexcept {
  try {
    Log(LogLevel::kError, event,
        {{"ticket", name}, {"error", std::strerror(error)}});  // NOLINT
  } catch (...) {
    // Nothing is left to say it with.
  }
}

}  // namespace

Result<TicketNode> TicketNode::Make(dev_t device, uid_t user,
                                    const std::string& name) {
  if (name.empty() || name == "." || name == ".." ||
      name.find('/') != std::string::npos) {
    return Fail(ErrorCode::kInvalidArgument, "no file name: '" + name + "'");
  }
  TicketNode ticket;
  ticket.name_ = name;
  ACCELD_TRY(ticket.mount_, MountFilesystem());
  const int mount = ticket.mount_.get();
  if (::mknodat(mount, name.c_str(), S_IFCHR | S_IRUSR | S_IWUSR, device) !=
      0) {
    return FailErrno("make a ticket's node", errno);
  }
  ticket.node_.Reset(
      ::openat(mount, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat node {};
  if (!ticket.node_.valid() || ::fstat(ticket.node_.get(), &node) != 0) {
    return FailErrno("find a ticket's node", errno);
  }
  ticket.filesystem_ = node.st_dev;
  const int error = AllowOnly(ticket.node_.get(), user);
  if (error == EOPNOTSUPP) {
    return Fail(ErrorCode::kUnsupported,
                "tmpfs has no ACLs in this kernel (CONFIG_TMPFS_POSIX_ACL)");
  }
  if (error != 0) return FailErrno("give a ticket to its user", error);
  return ticket;
}

void TicketNode::Revoke() const noexcept {
  const int acl_error = AllowNobody(node_.get());
  if (acl_error != 0) Complain("ticket_acl_stays", name_, acl_error);
  if (!mount_.valid()) return;
  const int mount_error = ForbidDevices(mount_.get());
  if (mount_error != 0) Complain("ticket_mount_stays", name_, mount_error);
}

}  // namespace acceld::daemon
