// Claims: the prepared claims of this node, each a lease of acceld and a CDI
// spec. acceld's lease table is what counts: a lease is labelled with its
// claim's uid, outlives a restart of the plugin, and is found again by that.
// Thread-safe: calls for different claims go on at once, calls for one claim
// after each other.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "client/client.h"
#include "integrations/cdi/spec_directory.h"
#include "integrations/kubernetes/dra/allocation.h"
#include "integrations/kubernetes/dra/inventory.h"
#include "integrations/kubernetes/dra/kubernetes_api.h"

namespace acceld::dra {

// A claim as the kubelet names it.
struct ClaimName {
  std::string name_space;
  std::string name;
  std::string uid;
};

// One device of a prepared claim, as the kubelet is told.
struct PreparedDevice {
  std::string request;  // without the alternative's name
  std::string pool;
  std::string device;
  std::string share_id;  // "" none
  std::string cdi_device;
};

class Claims {
 public:
  struct Parts {
    Acceld& acceld;
    Inventory& inventory;
    KubernetesApi& api;
    const cdi::SpecDirectory& specs;
    Release release;
    std::string node;    // and its pool
    std::string root;    // before the paths of device nodes
    Nanoseconds linger;  // of leases, after this process ended
  };
  // What `parts` refers to must outlive it.
  explicit Claims(Parts parts) : parts_(std::move(parts)) {}

  // Goes on with the leases that an instance before left, writes their specs
  // again, and removes specs without a lease. What of it fails is logged: the
  // kubelet prepares those claims again. Errors: kUnavailable (no acceld).
  [[nodiscard]] Status Recover();

  // Once prepared, the same answer again. Errors: those of ReadAllocation,
  // Client::Acquire, MakeClaimSpec, KubernetesApi.
  [[nodiscard]] Result<std::vector<PreparedDevice>> Prepare(
      const ClaimName& claim);
  // That it is not prepared is no error. Errors: kUnavailable, kIo.
  [[nodiscard]] Status Unprepare(const std::string& uid);

  // Forgets claims whose lease is over (acceld revoked it, or ended): their
  // specs are removed, so that no container is started with a device that is
  // another's by then.
  void DropEnded();

 private:
  // Held while something is done for the claim.
  struct Held {
    std::mutex mutex;
    std::optional<client::Lease> lease;
    std::vector<PlacedStage> stages;
  };
  [[nodiscard]] std::shared_ptr<Held> HeldOf(const std::string& uid);
  [[nodiscard]] Result<Allocation> Allocated(const ClaimName& claim);
  [[nodiscard]] Status Acquire(const ClaimName& claim,
                               const Allocation& allocation, Held& held);
  [[nodiscard]] Result<client::Lease> AcquireFor(const std::string& uid,
                                                 const Document& pipeline);
  [[nodiscard]] Status Check(const Allocation& allocation,
                             const client::Lease& lease, Held& held) const;
  [[nodiscard]] Status WriteSpec(const std::string& uid, const Held& held);
  [[nodiscard]] Status Attach(const std::string& uid, const std::string& path);
  void RemoveStrangers();
  void Forget(const std::string& uid, Held& held);

  const Parts parts_;
  std::mutex mutex_;                                   // of the map
  std::map<std::string, std::shared_ptr<Held>> held_;  // by uid
};

}  // namespace acceld::dra
