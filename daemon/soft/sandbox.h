// The sandbox of a worker: entered once, by the process's first thread, before
// a byte of any client is read and before a second thread exists.
//
// What is left to a worker: its control socket, the queues and mem files that
// it is sent, memory, threads. It has no user of its own, no capability, no
// file system, no network, no way to make another program run or to look at
// another process.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"

namespace acceld::soft {

struct SandboxTerms {
  // Whom to become where the process starts as root; an ordinary user stays
  // who it is. 65534 is "nobody" everywhere.
  uid_t run_as = 65534;
  // RLIMIT_AS: what all queues of one user may use together. A queue needs
  // about 2 MiB (stack, chunks, DEFLATE state).
  std::uint64_t address_space_bytes = std::uint64_t{2} << 30;
  // RLIMIT_NOFILE: two a queue, and a few.
  std::uint64_t open_files = 1024;
};

// Closes every descriptor above the control socket (3). Comes first: what is
// opened between this and EnterSandbox stays. Errors: kIo.
[[nodiscard]] Status CloseInheritedDescriptors();

// Gives up everything as above. Namespaces are left where the kernel allows it
// (they are a second wall; a container may forbid it) and what could not be
// left is logged; every other step must succeed. Errors: kPermissionDenied,
// kIo. After an error the process must exit.
[[nodiscard]] Status EnterSandbox(const SandboxTerms& terms);

// The last step of EnterSandbox: only the system calls that serving queues
// takes. Others fail with EPERM: a C library that tries something new gets an
// error where killing would take every queue of the user with it.
// Errors: kIo, kNoMemory. Source: seccomp(2), libseccomp.
[[nodiscard]] Status AllowOnlyWorkerSystemCalls();

}  // namespace acceld::soft
