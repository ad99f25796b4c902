// Granter: turns a placement into grants. Knows the grant kinds and who binds
// which; everything about who may and how much was decided before.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/session.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "daemon/grant/binder.h"
#include "daemon/soft/worker_pool.h"
#include "daemon/solve.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "policy/settings.h"

namespace acceld::daemon {

// What this daemon can hand out.
enum class GrantMode {
  kDevices,   // the machine's own
  kStandIn,   // soft devices stand in for whatever was placed
  kPlanOnly,  // nothing: a recorded or described machine
};

// Who binds what. Null: the daemon hands no such device out.
struct Binders {
  Binder* node = nullptr;    // `fd`: one node, opened by the daemon
  Binder* ticket = nullptr;  // `ticket` and `path`: opened by the client
  Binder* vfio = nullptr;    // `fd` of the frameworks vfio and mdev
  Binder* none = nullptr;    // whatever the kind, where nothing is granted
};

class Granter {
 public:
  // `root` is the live machine's. The pool, the binders and the root must
  // outlive the granter.
  Granter(GrantMode mode, soft::WorkerPool& pool, const Binders& binders,
          const SysRoot& root)
      : mode_(mode), pool_(pool), binders_(binders), root_(root) {}

  [[nodiscard]] GrantMode mode() const { return mode_; }
  // Which devices of `topology` can be placed at all, for stages that want a
  // grant. The answer is thread-safe and outlives the granter.
  [[nodiscard]] placement::GrantRefusal Refusal(
      std::shared_ptr<const graph::Topology> topology) const;

  // Whether Bind() has anything to do for a placement.
  [[nodiscard]] bool NeedsBind(const SolvedRequest& solved,
                               const graph::Topology& topology) const;
  // First half, on a bind thread, since drivers may take their time: binds
  // the placed devices in the order of the placement, and makes the buffers of
  // huge pages: buffers[i] belongs to placement.buffers[i]. bound[i] belongs to
  // placement.stages[i] and has no binding where the device is a soft one
  // that is granted.
  // Where it fails `bound` holds what was bound until then: the caller gives it
  // back, as it does with what it does not use. Errors: those of Binder.
  [[nodiscard]] Status Bind(const Grantee& grantee, const SolvedRequest& solved,
                            const graph::Topology& topology,
                            const policy::Policy& policy,
                            std::vector<Bound>& bound,
                            std::vector<UniqueFd>& buffers) const;

  struct Granted {
    std::vector<api::Grant> grants;     // devices first, then buffers
    std::vector<soft::QueueId> queues;  // soft queues that were opened
  };
  // Second half, in the loop: takes the grants out of `bound`, where the
  // bindings stay, and makes soft queues (served from ServeQueues() on) and the
  // other buffers. Where it fails the descriptors and queues are closed.
  // Errors: kNoMemory, kUnavailable (no worker), kIo.
  [[nodiscard]] Result<Granted> Make(uid_t user, const SolvedRequest& solved,
                                     const graph::Topology& topology,
                                     std::vector<Bound>& bound,
                                     std::vector<UniqueFd>& buffers);

  // Tells the workers of the soft queues that were made: once the client has
  // its answer.
  void ServeQueues() { pool_.SendOrders(); }

  // Starts closing a soft queue of `user`; the pool reports when it is proven
  // closed. Returns false where it already is (its worker died).
  [[nodiscard]] bool Close(uid_t user, soft::QueueId queue) {
    return pool_.Detach(user, queue).has_value();
  }

 private:
  [[nodiscard]] Result<api::Grant> MakeSoft(uid_t user,
                                            const std::string& function,
                                            const graph::Topology& topology,
                                            graph::VertexId device,
                                            Granted& granted);
  [[nodiscard]] Status AddBuffers(const SolvedRequest& solved,
                                  const graph::Topology& topology,
                                  std::vector<UniqueFd>& made,
                                  std::vector<api::Grant>& grants) const;
  // The NUMA node that a buffer is bound to.
  [[nodiscard]] std::optional<std::int64_t> NodeOf(
      const graph::Vertex& memory) const;

  GrantMode mode_;
  soft::WorkerPool& pool_;
  Binders binders_;
  const SysRoot& root_;
  std::uint64_t next_queue_ = 1;
};

}  // namespace acceld::daemon
