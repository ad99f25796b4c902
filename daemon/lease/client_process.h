// The process behind a lease: the one that made the session socket. It is who
// opens the tickets and whose PASID the devices use.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/process_id.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"

namespace acceld::daemon {

struct ClientProcess {
  ProcessId id;
  UniqueFd handle;  // pidfd
};

// Its number, as far as the socket knows; 0 where it knows none. Whether it
// still is that process's is another question.
[[nodiscard]] pid_t MakerOf(int session);

// The process that made the socket pair of which `session` is one end, if it
// still runs and all its user ids are `user`; nothing where it does not, or is
// another user's (a socket pair may be handed on), or in a process namespace
// that is not seen from here. `proc` is the live machine's root.
// Errors: kIo, kNoMemory, kCorruptInput (what /proc says of it).
// Source: unix(7) SO_PEERCRED, pidfd_open(2), proc_pid_status(5),
// proc_pid_stat(5) field 22.
[[nodiscard]] Result<std::optional<ClientProcess>> FindClientProcess(
    int session, uid_t user, const SysRoot& root);

}  // namespace acceld::daemon
