// A mount namespace of the process's own, in which acceld can put devices at
// their paths without anybody else seeing them.
#pragma once

#include "base/document.h"
#include "base/result.h"

namespace acceld::client {

// Whether any stage of the pipeline has "grant": "path".
[[nodiscard]] bool WantsPaths(const Document& pipeline);

// Gives this process, and what it starts from now on, a mount namespace: mounts
// made outside still show in it, mounts made in it show nowhere else. Without
// CAP_SYS_ADMIN it makes a user namespace too, in which the user and group keep
// their numbers and no other ones exist: set-user-ID programs do not work
// there. Requires: the process has one thread. Errors: kPermissionDenied (the
// system lets users make no namespaces), kNoMemory (there are too many), kIo.
// Source: user_namespaces(7), mount_namespaces(7).
[[nodiscard]] Status EnterMountNamespace();

// As EnterMountNamespace(), for who has CAP_SYS_ADMIN: never a user namespace.
// Errors: kPermissionDenied, kNoMemory, kIo.
[[nodiscard]] Status EnterMountNamespaceAlone();

}  // namespace acceld::client
