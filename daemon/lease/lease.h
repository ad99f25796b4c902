// Lease: what one Acquire gave, until it ends.
//
//   Granted -> Active -> Released | Revoked
//
// One that lingers outlives its session socket for a while: its owner attaches
// another.
//
// Owned by the LeaseTable; loop thread only.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounting/books.h"
#include "api/session.h"
#include "base/clock.h"
#include "base/document.h"
#include "base/process_id.h"
#include "base/unique_fd.h"
#include "daemon/device_identity.h"
#include "daemon/event_loop.h"
#include "daemon/grant/binding.h"
#include "daemon/lease/lease_sockets.h"
#include "daemon/soft/control.h"
#include "placement/occupancy.h"
#include "placement/request.h"
#include "policy/subject.h"

namespace acceld::daemon {

enum class LeaseState { kGranted, kActive, kReleased, kRevoked };
[[nodiscard]] std::string_view Name(LeaseState state);

// From MakeRandomId(): cannot be guessed, names the D-Bus object.
using LeaseId = std::string;

// What a lease takes of the machine.
struct LeaseCharges {
  placement::Occupancy::Charges what;
  // The process whose PASID it uses, where it is one; shared by its leases and
  // not counted in `what`.
  std::optional<ProcessId> pasid_of;
};

struct Lease {
  LeaseId id;
  uid_t owner = 0;
  std::string sender;  // unique bus name that asked; gets the signals
  pid_t pid = 0;       // of the asker, for people only: never for authority
  LeaseState state = LeaseState::kGranted;
  SteadyTime since;
  std::vector<std::string> stages;         // names, for people
  std::vector<std::string> devices;        // keys, one per grant of a device
  std::vector<DeviceIdentity> identities;  // as devices
  // As devices: whether its open binds the client's address space.
  std::vector<bool> binds_opener;
  // For looking at it again by another policy: who asked, for what, and of that
  // the stage of each device (as devices).
  policy::Subject subject;
  std::shared_ptr<const placement::Request> request;
  std::vector<std::size_t> stage_of;
  Document placement;
  LeaseCharges charges;
  // Of the limits of each user, and of quotas: the lease itself, and its
  // devices and buffers.
  accounting::LeaseCharge lease_charge;
  accounting::LeaseCharge quota;
  std::vector<soft::QueueId> queues;  // soft queues that are open
  // What was bound, one per entry of devices; null where it is a soft queue.
  std::vector<std::unique_ptr<Binding>> bindings;
  std::vector<api::Grant> untaken;  // kept for Take
  UniqueFd session;
  EventLoop::Source lifeline;  // watches `session` for its end
  std::string label;           // the owner's word for it, for people
  // How long it outlives its session, and what ends that time, while it runs.
  std::chrono::nanoseconds linger{0};
  std::optional<EventLoop::Source> patience;
  // Where its grants wait for who comes by a path: that socket, and who came.
  // Each keeps the lease alive, as the session does.
  std::optional<LeaseSocket> socket;
  struct Visitor {
    UniqueFd connection;
    bool has_grants = false;  // they went to this one
    EventLoop::Source lifeline;
  };
  std::vector<std::unique_ptr<Visitor>> visitors;
  bool is_session_over = false;  // the visitors alone keep it
};

// Its state, for people: also that it lingers.
[[nodiscard]] std::string_view StateName(const Lease& lease);

// The D-Bus object path of a lease.
[[nodiscard]] std::string LeasePath(const LeaseId& id);

}  // namespace acceld::daemon
