// DaemonLink: what the plugin asks of acceld, in the plugin's words. The seam
// under Keeper: tests have a machine of their own behind it.
// Called by one thread at a time, the one that has the keeper's mutex.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "client/client.h"
#include "integrations/cdi/spec.h"
#include "integrations/kubernetes/bundles/copy.h"
#include "integrations/kubernetes/bundles/resource.h"

namespace acceld::kubernetes {

// The class of the CDI specs of units: "acceld.org/unit=ID", apart from those
// of leases, which are another writer's.
inline constexpr std::string_view kUnitClass = "unit";

// A lease that this process keeps.
struct HeldLease {
  std::string path;
  Copy copy;
  std::shared_ptr<client::Lease> lease;  // null in tests

  // Readable when acceld has something to say of it; -1: never.
  [[nodiscard]] int news_fd() const {
    return lease == nullptr ? -1 : lease->session_fd();
  }
};

class DaemonLink {
 public:
  virtual ~DaemonLink() = default;
  struct Copies {
    std::vector<Copy> list;
    // acceld's time was over before it knew whether there are more.
    bool is_cut_short = false;
  };
  // Errors: as Client::PlanCopies.
  [[nodiscard]] virtual Result<Copies> PlanCopies(const Document& pipeline) = 0;
  // Errors: as Client::Plan.
  [[nodiscard]] virtual Result<Copy> Plan(const Document& pipeline) = 0;
  // A unit of `what`, on just the devices of `copy`. Errors: as
  // Client::Acquire.
  [[nodiscard]] virtual Result<HeldLease> Acquire(const Resource& what,
                                                  const Copy& copy,
                                                  const std::string& label) = 0;
  struct Labelled {
    std::string path;
    std::string label;
  };
  // The leases of this user that have a label.
  [[nodiscard]] virtual Result<std::vector<Labelled>> FindLeases() = 0;
  // Errors: as Client::Attach.
  [[nodiscard]] virtual Result<HeldLease> Attach(const std::string& path) = 0;
  // Ends it and waits until its devices are free, two seconds at most.
  virtual void Release(HeldLease lease) = 0;
  // What a container must be given to use it. Errors: those of
  // cdi::SpecOfLease, and of Client::ListLeases.
  [[nodiscard]] virtual Result<cdi::Spec> SpecOf(const std::string& path) = 0;
};

}  // namespace acceld::kubernetes
