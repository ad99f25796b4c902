// Keeper: the units of every resource and the leases of those that pods have.
// What the kubelet asks for is decided here, by acceld's answers; gRPC and
// sockets are elsewhere.
//
// Thread-safe: one mutex, which is also what has one thread at a time call the
// DaemonLink. The kubelet's calls and the agent's loop take turns, so that no
// unit is planned away while it is being allocated.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "integrations/cdi/spec.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "integrations/kubernetes/bundles/units.h"
#include "integrations/kubernetes/device_plugin/daemon_link.h"

namespace acceld::kubernetes {

// Units that pods have, as the kubelet tells it: full names and ids.
using UnitsInUse = std::set<std::pair<std::string, std::string>>;

// "k8s/NAME/ID", the label of a unit's lease.
[[nodiscard]] std::string LabelOf(const std::string& resource,
                                  const std::string& unit);

class Keeper {
 public:
  // A resource that there is, and who is told its list whenever that may be
  // another; called with the keeper's mutex held.
  struct Offered {
    Resource resource;
    std::function<void(const Units& units)> publish;
  };
  // How long a pod may take, after Allocate or a restart of the kubelet, to be
  // among those that the kubelet tells of.
  using Grace = std::chrono::milliseconds;

  Keeper(DaemonLink& daemon, const Clock& clock, Grace grace)
      : daemon_(daemon), clock_(clock), grace_(grace) {}

  // Whether acceld takes the resource for one; that it cannot tell now is no
  // mistake. Errors: kInvalidArgument.
  [[nodiscard]] Status Check(const Resource& resource);
  // These are the resources from now on; Refresh() plans them. What pods have
  // they keep, with the lease that it is, also of a resource that is another
  // now or is no more.
  void Offer(std::vector<Offered> resources);
  // Takes over the leases of a process before this one; once, after Offer().
  // Those of a unit that has one, or that is none, are released. Errors: as
  // ListLeases.
  [[nodiscard]] Status Adopt();
  // Plans every resource again. A resource whose plan fails has no free units.
  // Where acceld had no time for it, or for all of it, there may be more units
  // than before and not fewer. False: that is so for some, and to be tried
  // again.
  bool Refresh();

  // Leases for units of a resource, by its name; what the container of each
  // gets. A unit that has a lease, by which no container was started, keeps it;
  // one by which one was gets another. A pod that uses it by `in_use` has it
  // still. All of the units or none. Errors: kNotFound (no such unit or
  // resource), kBusy (taken meanwhile, or in use), those of Acquire and SpecOf.
  [[nodiscard]] Result<std::vector<cdi::Spec>> Allocate(
      const std::string& resource, std::span<const std::string> ids,
      const std::function<Result<UnitsInUse>()>& in_use);
  // Ends the leases of units that came to nothing.
  void GiveBack(const std::string& resource, std::span<const std::string> ids);
  // A container is about to start with these units: what it gets, looked at
  // anew. Errors: kNotFound (there is no lease), kDeviceGone, those of SpecOf.
  [[nodiscard]] Result<std::vector<cdi::Spec>> Start(
      const std::string& resource, std::span<const std::string> ids);
  struct Preference {
    std::vector<std::string> available;
    std::vector<std::string> must;
    std::size_t size = 0;
  };
  // The `size` units that are best connected. Errors: kInvalidArgument,
  // kNotFound (no such resource).
  [[nodiscard]] Result<std::vector<std::string>> Prefer(
      const std::string& resource, const Preference& wanted);

  // This user's leases that have a label, of all resources and others'. Errors:
  // as ListLeases.
  [[nodiscard]] Result<std::vector<DaemonLink::Labelled>> Leases();
  // Releases the leases whose pod is gone.
  void Sweep(const UnitsInUse& in_use);
  // The kubelet was restarted: it has to get to know its pods first.
  void RestartGrace();
  // Looks whether acceld ended leases.
  void CheckLeases();
  // Descriptors that are readable when CheckLeases() has something to do.
  [[nodiscard]] std::vector<int> NewsFds();

 private:
  using Key = std::pair<std::string, std::string>;  // resource's name, id
  struct Entry {
    Resource resource;
    Units units{false};
    std::function<void(const Units& units)> publish;
    bool is_retired = false;  // of no file: but what pods have is nothing left
    bool is_planned = false;  // acceld had the time for all of it
    std::string failure;      // of the last plan
  };
  struct Kept {
    HeldLease lease;
    SteadyTime since;
    bool started = false;  // a container was started with it, or may have been
    bool seen = false;     // the kubelet told of its pod
    int missed = 0;        // looks since, without it
  };
  // Null where it is not offered.
  [[nodiscard]] Entry* FindOffered(const std::string& resource);
  [[nodiscard]] bool HasKept(const std::string& resource) const;
  // With those units that pods have of it, and no others.
  [[nodiscard]] Units UnitsOf(const Resource& resource) const;
  void PlanOne(Entry& entry);
  void RefreshOne(Entry& entry);  // and publishes it
  void AdoptOne(const DaemonLink::Labelled& one);
  // Whether acceld ended the lease, noticed or not.
  [[nodiscard]] bool IsOver(const Key& key, const Kept& kept) const;
  [[nodiscard]] Result<cdi::Spec> AllocateOne(Entry& entry,
                                              const std::string& id);
  [[nodiscard]] Result<HeldLease> AcquireFor(Entry& entry,
                                             const std::string& id);
  [[nodiscard]] Status GiveUpFormer(
      Entry& entry, std::span<const std::string> ids,
      const std::function<Result<UnitsInUse>()>& in_use);
  void Drop(const Key& key);
  [[nodiscard]] std::vector<std::pair<Key, std::string>> FindAbandoned(
      const UnitsInUse& in_use);

  DaemonLink& daemon_;
  const Clock& clock_;
  const Grace grace_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;  // by the resource's name
  std::map<Key, Kept> kept_;              // each of an entry
};

}  // namespace acceld::kubernetes
