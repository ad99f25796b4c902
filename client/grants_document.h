// The grants of a lease as JSON, for the command that is given them. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "api/session.h"
#include "base/document.h"

namespace acceld::client {

// One name a grant, unique in the lease: the stage, ".N" behind it for replica
// N > 0, and "buffer.L" for the buffer of link L.
[[nodiscard]] std::string NameOf(const api::Grant& grant);

// Objects with "name", "stage", "replica", "kind", "device", "function",
// "link" and "size" (of buffers) and "fd". `fds`: the descriptor numbers to
// tell, one a grant; empty: those that the grants hold.
[[nodiscard]] Document GrantsDocument(std::span<const api::Grant> grants,
                                      const std::vector<int>& fds = {});

}  // namespace acceld::client
