// Granter: turns a placement into grants. Knows the grant kinds; everything
// about who may and how much was decided before.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/session.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "daemon/grant/device_opener.h"
#include "daemon/soft/worker_pool.h"
#include "daemon/solve.h"
#include "graph/topology.h"
#include "placement/candidates.h"

namespace acceld::daemon {

// What this daemon can hand out.
enum class GrantMode {
  kDevices,   // the machine's own: kinds `fd` and `soft`
  kStandIn,   // soft devices stand in for whatever was placed
  kPlanOnly,  // nothing: a recorded or described machine
};

class Granter {
 public:
  // `root` is the live machine's. All must outlive the granter.
  Granter(GrantMode mode, soft::WorkerPool& pool, const DeviceOpener& opener,
          const SysRoot& root)
      : mode_(mode), pool_(pool), opener_(opener), root_(root) {}

  [[nodiscard]] GrantMode mode() const { return mode_; }
  // Which devices of `topology` can be placed at all. The answer is
  // thread-safe and outlives the granter.
  [[nodiscard]] placement::Grantable Grantable(
      std::shared_ptr<const graph::Topology> topology) const;

  // First half, on a solver thread: opens the nodes of `fd` grants, which may
  // take the driver a while. opened[i] belongs to placement.stages[i]; not
  // valid where nothing is to be opened. Errors: those of DeviceOpener.
  using Opened = std::vector<UniqueFd>;
  [[nodiscard]] Result<Opened> OpenNodes(const SolvedRequest& solved,
                                         const graph::Topology& topology) const;

  struct Granted {
    std::vector<api::Grant> grants;     // devices first, then buffers
    std::vector<soft::QueueId> queues;  // soft queues that were opened
  };
  // Second half, in the loop. Nothing is left open where it fails.
  // Errors: kNoMemory, kUnavailable (no worker), kIo.
  [[nodiscard]] Result<Granted> Make(uid_t user, const SolvedRequest& solved,
                                     const graph::Topology& topology,
                                     Opened opened);

  // Starts closing a soft queue of `user`; the pool reports when it is proven
  // closed. Returns false where it already is (its worker died).
  [[nodiscard]] bool Close(uid_t user, soft::QueueId queue) {
    return pool_.Detach(user, queue).has_value();
  }

 private:
  [[nodiscard]] std::string QueueFunction(const std::string& asked) const;
  [[nodiscard]] Status AddBuffers(const SolvedRequest& solved,
                                  const graph::Topology& topology,
                                  std::vector<api::Grant>& grants) const;

  GrantMode mode_;
  soft::WorkerPool& pool_;
  const DeviceOpener& opener_;
  const SysRoot& root_;
  std::uint64_t next_queue_ = 1;
};

}  // namespace acceld::daemon
