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
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/client.h"
#include "integrations/cdi/spec_directory.h"
#include "integrations/kubernetes/dra/allocation.h"
#include "integrations/kubernetes/dra/claim_leases.h"
#include "integrations/kubernetes/dra/claim_metadata.h"
#include "integrations/kubernetes/dra/claim_pipeline.h"
#include "integrations/kubernetes/dra/inventory.h"
#include "integrations/kubernetes/dra/kubernetes_api.h"
#include "integrations/kubernetes/dra/metadata_files.h"

namespace acceld::dra {

// One device of a prepared claim, as the kubelet is told.
struct PreparedDevice {
  std::string request;  // without the alternative's name
  std::string pool;
  std::string device;
  std::string share_id;  // "" none
  std::vector<std::string> cdi_devices;
};

class Claims {
 public:
  struct Parts {
    const ClaimLeases& leases;
    Inventory& inventory;
    KubernetesApi& api;
    const cdi::SpecDirectory& specs;
    const MetadataFiles& metadata;
    Release release;
    std::string node;  // and its pool
    std::string root;  // before the paths of device nodes
  };
  // What `parts` refers to must outlive it.
  explicit Claims(Parts parts) : parts_(std::move(parts)) {}

  // Goes on with the leases that an instance before left, writes their specs
  // again, and removes specs without a lease. Before the first call of a
  // kubelet, or a claim that it has done with would be gone on with for ever.
  // Errors: kUnavailable (no acceld), others of the bus.
  [[nodiscard]] Status Recover();

  // Once prepared, the same answer again. Where a first call fails nothing is
  // left of it; where a later one does, the lease stays, for its containers may
  // run, but its spec goes, so that none is started with it. Errors: those of
  // ReadAllocation, Client::Acquire, CheckPlaced, MakeClaimSpec, KubernetesApi.
  [[nodiscard]] Result<std::vector<PreparedDevice>> Prepare(
      const ClaimName& claim);
  // That it is not prepared is no error; nor that acceld is not there, for its
  // leases ended with it. Errors: kInvalidArgument, kIo, others of the bus.
  [[nodiscard]] Status Unprepare(const std::string& uid);

  // Forgets claims whose lease is over (acceld revoked it, or ended): their
  // specs are removed, so that no container is started with a device that is
  // another's by then.
  void DropEnded();
  // Descriptors that are readable when DropEnded() has something to do; none of
  // claims for which a call is in progress, which sees to its lease itself.
  [[nodiscard]] std::vector<int> NewsFds();

 private:
  struct Held {
    std::mutex mutex;  // held while something is done for the claim
    std::optional<client::Lease> lease;
    std::vector<PlacedStage> stages;
    MetadataFiles::Files files;
  };
  class Entry;  // one of held_, locked

  [[nodiscard]] std::vector<std::pair<std::string, std::shared_ptr<Held>>>
  AllHeld();
  void DropEmpty(const std::string& uid, const std::shared_ptr<Held>& held);
  [[nodiscard]] Result<Allocation> Allocated(const ClaimName& claim);
  [[nodiscard]] Status TakeLease(const ClaimName& claim,
                                 const Allocation& allocation,
                                 Held& held) const;
  // By its label; that there is none is no error.
  [[nodiscard]] Status FindLease(const std::string& uid, Held& held) const;
  [[nodiscard]] Status Acquire(const ClaimName& claim,
                               const Allocation& allocation, Held& held) const;
  [[nodiscard]] Status WriteMetadata(const ClaimName& claim,
                                     const Allocation& allocation,
                                     Held& held) const;
  [[nodiscard]] Status WriteSpec(const std::string& uid,
                                 const Held& held) const;
  void RemoveSpec(const std::string& uid) const;
  void RemoveStrangers();
  // Ends the lease, where it has one, and removes its spec.
  void Forget(const std::string& uid, Held& held) const;

  const Parts parts_;
  // Of the map, never locked for long: where both are held, an entry's first.
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Held>> held_;  // by uid
};

}  // namespace acceld::dra
