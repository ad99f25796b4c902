// Binder: hands out devices of one grant kind. The granter chooses the binder
// by the accelerator's facts; docs/grants.md is the manual.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "api/session.h"
#include "base/result.h"
#include "daemon/grant/binding.h"
#include "graph/topology.h"
#include "placement/request.h"

namespace acceld::daemon {

// The process that gets the grants.
struct Grantee {
  uid_t user = 0;    // as the bus attests it
  int process = -1;  // pidfd of the process that made the session socket
                     // (SO_PEERCRED), if it is one of `user`; -1: not known.
                     // Borrowed for the call.
};

struct BindRequest {
  const Grantee& grantee;
  const graph::Topology& topology;
  graph::VertexId device{};  // an engine or an accelerator
  const placement::Stage& stage;
  std::int64_t replica = 0;
  // Of the policy: a ticket is good for one open.
  bool one_shot_tickets = false;
  // Of the policy: whether the device is reset when it is given back, where
  // that is the daemon's to do (VFIO).
  bool reset = true;
};

struct Bound {
  std::unique_ptr<Binding> binding;
  // The device first (role ""), then what belongs to it ("container", ...).
  // stage, replica, device, kind, role, details and fd are set.
  std::vector<api::Grant> grants;
};

class Binder {
 public:
  virtual ~Binder() = default;
  // Runs on a bind thread; thread-safe. Where it fails nothing is left
  // bound, open or changed. Errors: kDeviceGone, kBusy, kPermissionDenied,
  // kUnsupported, kIo.
  [[nodiscard]] virtual Result<Bound> Bind(const BindRequest& request) = 0;
};

}  // namespace acceld::daemon
