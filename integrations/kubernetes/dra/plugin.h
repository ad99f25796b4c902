// The program: waits for its turn, finds the API server and acceld, takes up
// what an instance before left, and serves the kubelet until a signal ends it.
#pragma once

#include "base/result.h"
#include "client/signals.h"
#include "integrations/kubernetes/dra/options.h"

namespace acceld::dra {

// Returns when SIGTERM or SIGINT came. Leases stay, for the next instance.
// Errors: kUnavailable (not in a pod), kUnsupported (the API server's version),
// kInvalidArgument (no name of a node), kNotFound (a directory),
// kPermissionDenied, kIo.
[[nodiscard]] Status RunPlugin(const Options& options,
                               const client::Signals& signals);

}  // namespace acceld::dra
