// Broker: plans, leases and grants. What the D-Bus service calls and what knows
// no D-Bus. Loop thread only; solving happens on SolverThreads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounting/books.h"
#include "api/session.h"
#include "base/clock.h"
#include "base/document.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "daemon/action.h"
#include "daemon/event_loop.h"
#include "daemon/grant/binding.h"
#include "daemon/grant/granter.h"
#include "daemon/lease/client_process.h"
#include "daemon/lease/deliveries.h"
#include "daemon/lease/lease_sockets.h"
#include "daemon/lease/lease_table.h"
#include "daemon/lease/quarantine.h"
#include "daemon/lease/sva_verdicts.h"
#include "daemon/machine.h"
#include "daemon/policy_reload.h"
#include "daemon/solve.h"
#include "daemon/solver_threads.h"
#include "daemon/statistics.h"
#include "daemon/taints.h"
#include "placement/hidden.h"
#include "placement/marked_devices.h"
#include "policy/policy.h"
#include "probes/changes.h"

namespace acceld::daemon {

// Who asks, as the bus attests it.
struct Asker {
  policy::Subject subject;
  std::string sender;  // unique bus name
  pid_t pid = 0;       // for people only
  // What polkit lets him do in this call, though he is no administrator.
  std::optional<Action> granted = std::nullopt;
};

// How clients learn what happens to their leases and to the machine;
// implemented by the service.
class BrokerObserver {
 public:
  virtual ~BrokerObserver() = default;
  virtual void OnLeaseGranted(const Lease& /*lease*/) {}
  // `reason` is empty where the client ended it itself.
  virtual void OnLeaseEnded(const Lease& lease, const std::string& reason) = 0;
  // There is a new snapshot.
  virtual void OnNewTopology() = 0;
  // A new policy is in force, or (not `is_new`) a reload left the old one.
  virtual void OnPolicyState(bool is_new) = 0;
  // Something of a device (key) was taken or given back, or a taint of it set
  // or removed. In the middle of what does it: look at nothing yet.
  virtual void OnAvailability(const std::string& /*device*/) {}
};

class Broker {
 public:
  struct Parts {
    EventLoop& loop;
    Machine& machine;
    Granter& granter;
    SolverThreads& threads;
    // A bind may wait for a driver, or for the mount namespace of a client that
    // means ill: that is not to delay anybody's solves.
    SolverThreads& bind_threads;
    OffLoop& off_loop;  // where devices are given back
    const Clock& clock;
    const SysRoot& live;  // the live machine's root
    // Where leases get sockets of their own; null: nowhere.
    const LeaseSockets* sockets = nullptr;
  };
  // `policy_directory` is read again by ReloadPolicy().
  Broker(const Parts& parts, std::shared_ptr<const policy::Policy> policy,
         std::string policy_directory);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void SetObserver(BrokerObserver* observer) { observer_ = observer; }

  using PlanDone = std::function<void(Result<Document>)>;
  struct PlanRequest {
    Document pipeline;
    int copies = 0;  // 1 and more: as PlanCopies(); 0: one, explained
  };
  // Answers `done` in the loop, with a refusal where nothing fits. Errors:
  // those of SolvePipeline but kUnsatisfiable and kDeadline, kQuotaExceeded,
  // kBusy (too many ask at once), kUnavailable.
  void Plan(const Asker& asker, PlanRequest request, PlanDone done);

  struct Acquired {
    LeaseId lease;
    Document placement;
  };
  using AcquireDone = std::function<void(Result<Acquired>)>;
  struct AcquireRequest {
    Document pipeline;
    UniqueFd session;
    bool keep = false;       // keep the grants for Take()
    bool by_socket = false;  // and for who comes to the lease's own socket
    bool explain = false;    // a refusal's error ends with it as a line of JSON
    std::string label;       // at most kMaxLabelBytes, printable
    std::chrono::nanoseconds linger{0};  // after the session's end
  };
  static constexpr std::size_t kMaxLabelBytes = 128;
  // As Plan, then opens the devices, sends the grants and makes the lease.
  void Acquire(const Asker& asker, AcquireRequest request, AcquireDone done);

  // The grants kept for this lease, of `stages` (empty: all), and the receipt
  // that proves the reply's arrival. Errors: kNotFound, kQuotaExceeded
  // (acknowledge first).
  struct Taken {
    std::vector<api::Grant> grants;
    std::string receipt;
  };
  [[nodiscard]] Result<Taken> Take(const Asker& asker, const LeaseId& id,
                                   const std::vector<std::string>& stages);
  // Errors: kNotFound.
  [[nodiscard]] Status Acknowledge(const Asker& asker,
                                   const std::string& receipt);
  // The connection `sender` is gone: nothing is on its way to it any more.
  void ForgetDeliveries(const std::string& sender);
  [[nodiscard]] bool IsDeliveringTo(const std::string& sender) const;
  struct BoundReport {
    int sys_errno = 0;  // 0: the bind succeeded
    // Which replica's device; nothing: those of all, as an older client says.
    std::optional<std::int64_t> replica = std::nullopt;
  };
  // What the client's bind really gave, recorded of
  // the devices of `stage`. Errors: kNotFound, kInvalidArgument (nothing of the
  // lease was handed over yet), kUnsupported (an open of it binds no address
  // space).
  [[nodiscard]] Status ReportBound(const Asker& asker, const LeaseId& id,
                                   const std::string& stage,
                                   const BoundReport& report);
  using ReleaseDone = std::function<void(Status)>;
  // Answers once the lease's devices are proven closed and given back, or after
  // kReleasePatience, with devices still in quarantine. Errors: kNotFound.
  static constexpr std::chrono::seconds kReleasePatience{2};
  void Release(const Asker& asker, const LeaseId& id, ReleaseDone done);

  // Makes `session` the life of a lease in place of what was: of one whose
  // client is gone and that lingers, or that is handed on. What was granted is
  // not granted again. Errors: kNotFound (also: another's), kInvalidArgument
  // (no session socket), kBusy (who had it has not read its grants).
  [[nodiscard]] Status Attach(const Asker& asker, const LeaseId& id,
                              UniqueFd session);

  // Ends any lease, for an administrator; `reason` is what its owner is told.
  // Answers as Release(). Errors: kPermissionDenied, kNotFound.
  void Revoke(const Asker& asker, const LeaseId& id, const std::string& reason,
              ReleaseDone done);

  // A lease that `asker` may see: its own, or any for an administrator.
  [[nodiscard]] Lease* Find(const Asker& asker, const LeaseId& id);
  [[nodiscard]] std::vector<const Lease*> LeasesOf(const Asker& asker);
  // Whether `asker` may know of the leases that `owner` asked for.
  [[nodiscard]] bool MayKnowLeaseOf(const Asker& asker,
                                    const policy::Subject& owner) const;
  // Errors: kPermissionDenied.
  [[nodiscard]] Result<std::vector<const Lease*>> AllLeases(const Asker& asker);

  // Errors: kPermissionDenied, kUnsupported.
  [[nodiscard]] Result<std::uint64_t> Rescan(const Asker& asker);
  // The kernel said that something changed: takes a new snapshot where
  // something did, and revokes the leases on devices that left.
  void Update(const probes::Changes& changes);
  // As LoadPolicy(). Errors too: kPermissionDenied.
  void ReloadPolicy(const Asker& asker, PolicyReload::Done done);
  // Reads the policy directory again; a bad file leaves the old policy in
  // force. Leases stay; those that the new policy forbids are told in the log
  // and revoked where it says so. `done` may be null.
  // Errors: those of PolicyReload.
  void LoadPolicy(PolicyReload::Done done);
  [[nodiscard]] const PolicyState& policy_state() const {
    return policy_state_;
  }

  // Takes a device out of use, or has it avoided (daemon/taints.h). Errors:
  // kPermissionDenied, kNotFound (no such device), kQuotaExceeded.
  [[nodiscard]] Status SetTaint(const Asker& asker, const std::string& device,
                                Taint taint);
  // Errors: kPermissionDenied, kNotFound (it has none).
  [[nodiscard]] Status RemoveTaint(const Asker& asker,
                                   const std::string& device);
  // The taint set at run time on the device or on the accelerator that it is
  // an engine of, and the policy's otherwise; nothing where neither keeps
  // `asker` from it. Texts live until the policy or the taints change.
  [[nodiscard]] std::optional<policy::TaintVerdict> TaintOf(
      const Asker& asker, graph::VertexId device) const;
  // Set at run time, by key of the device.
  [[nodiscard]] std::shared_ptr<const TaintTable> taints() const {
    return taints_.Current(parts_.clock.Now());
  }

  // Whether `asker` may: an administrator, or polkit lets him.
  // Errors: kPermissionDenied.
  [[nodiscard]] Status Require(const Asker& asker, Action action) const;

  [[nodiscard]] const std::shared_ptr<const graph::Topology>& topology() const {
    return parts_.machine.topology();
  }
  [[nodiscard]] const policy::Policy& policy() const { return *policy_; }
  // The devices of the machine as the policy in force sees them.
  [[nodiscard]] std::shared_ptr<const placement::MarkedDevices> Devices() const;
  // What of the machine does not exist for the asker.
  [[nodiscard]] placement::Hidden HiddenFrom(const Asker& asker) const;
  [[nodiscard]] const SysRoot& live() const { return parts_.live; }
  [[nodiscard]] std::string mode() const;
  [[nodiscard]] SteadyTime Now() const { return parts_.clock.Now(); }
  [[nodiscard]] Nanoseconds Since(SteadyTime time) const;
  // Opens that leases hold on a device.
  [[nodiscard]] std::int64_t InUse(const std::string& device) const;
  // Whether binds on a device work, as far as `user`'s requests go.
  [[nodiscard]] SvaVerdicts::Verdict SvaVerdictOf(const std::string& device,
                                                  uid_t user) const {
    return sva_.For(device, user);
  }
  // What became of requests and leases, of each namespace that `asker` sees:
  // its own, and those in which somebody asked.
  struct NamespaceStatistics {
    NamespaceStatistics(std::string of, std::int64_t held, const Tally* counted)
        : name(std::move(of)), leases(held), tally(counted) {}
    std::string name;
    std::int64_t leases;  // now
    const Tally* tally;   // lives until the policy changes
  };
  [[nodiscard]] std::vector<NamespaceStatistics> StatisticsFor(
      const Asker& asker);
  // What waits on a device, or on all, until it is proven closed.
  [[nodiscard]] const Quarantine& quarantine() const { return quarantine_; }

  // Ends every lease and makes no more; calls `stopped` once what they had is
  // given back, or after kStopPatience: the kernel frees what somebody still
  // holds when he ends.
  static constexpr std::chrono::seconds kStopPatience{3};
  void Stop(const std::string& reason, std::function<void()> stopped);
  // A soft queue is proven closed.
  void OnQueueClosed(soft::QueueId queue);
  // The worker behind these queues died.
  void OnQueuesLost(const std::vector<soft::QueueId>& queues);

 private:
  struct Pending;  // an Acquire on its way
  struct Ending;   // a lease that ended, until its devices are proven closed

  // Nothing where there is no such device.
  [[nodiscard]] std::optional<policy::DeviceMarks> MarksOf(
      const std::string& device) const;
  [[nodiscard]] Snapshot TakeSnapshot(
      const Asker& asker, const std::optional<ProcessId>& opener) const;
  // What a report on a device is true of.
  [[nodiscard]] std::optional<std::string> SvaMarksOf(
      const std::string& device) const;
  [[nodiscard]] Status Admit(const AcquireRequest& request) const;
  [[nodiscard]] Tally& TallyOf(const policy::Subject& subject);
  // Answers as `done`, and counts how it went.
  [[nodiscard]] AcquireDone Counted(const Asker& asker, AcquireDone done);
  [[nodiscard]] PlanDone Counted(const Asker& asker, PlanDone done);
  // Drops what was counted of namespaces that the policy does not have.
  void KeepStatistics();
  void StartSolving(const std::shared_ptr<Pending>& pending);
  void OnSolved(const std::shared_ptr<Pending>& pending,
                Result<SolvedRequest> solved);
  // Takes what the placement needs out of what is free, if it still stands.
  [[nodiscard]] Status Reserve(Pending& pending);
  // Looks the process that made the session socket up, if it is not known.
  [[nodiscard]] Status FindClient(Pending& pending) const;
  void StartBinding(const std::shared_ptr<Pending>& pending);
  void OnBound(const std::shared_ptr<Pending>& pending, Status bound);
  [[nodiscard]] Status StillGood(const Pending& pending) const;
  // Everything is bound: makes the lease and hands it over.
  void Finish(const std::shared_ptr<Pending>& pending);
  // Starts anew where `why` is kStale, some times; else answers.
  void Retry(const std::shared_ptr<Pending>& pending, Error why);
  [[nodiscard]] Result<std::unique_ptr<Lease>> MakeLease(Pending& pending);
  [[nodiscard]] static std::vector<std::unique_ptr<Binding>> TakeBindings(
      Pending& pending);
  // Frees what was reserved and bound, off the loop where that takes time.
  void GiveBack(Pending& pending);
  [[nodiscard]] Status HandOver(Lease& lease, bool keep);
  [[nodiscard]] Result<EventLoop::Source> WatchSession(int session,
                                                       const LeaseId& id);
  // The client's end is closed: ends the lease, at once or after it lingered,
  // where nobody else keeps it.
  void OnSessionClosed(const LeaseId& id);
  // How many processes may hold a lease by its socket.
  static constexpr std::size_t kMaxVisitors = 64;
  [[nodiscard]] Status OpenSocket(Lease& lease);
  // A process of the owner's came to the lease's socket: it gets the grants
  // that nobody took, and keeps the lease as long as it stays.
  void OnVisit(const LeaseId& id, UniqueFd connection);
  void OnVisitorGone(const LeaseId& id, const Lease::Visitor* visitor);
  void End(const LeaseId& id, LeaseState how, const std::string& reason,
           ReleaseDone done);
  // Puts the bindings into quarantine; bindings[i] is of devices[i].
  void StartEnding(std::unique_ptr<Ending> ending, const policy::Subject& owner,
                   const std::vector<std::string>& devices,
                   std::vector<std::unique_ptr<Binding>> bindings);
  // How long the policy lets a device rest that is given back.
  [[nodiscard]] std::chrono::nanoseconds RestOf(
      const std::string& device) const;
  void RestSoft(Quarantine::Origin origin);
  // Whether others may use a device while somebody still holds what he had.
  [[nodiscard]] bool IsForMany(const std::string& device) const;
  // Frees the devices of leases that ended and are proven closed.
  void FreeClosed();
  void FinishStopping();
  [[nodiscard]] Status RequireAdministrator(const Asker& asker) const;
  // A new snapshot is in force, after `changes`: revokes the leases on devices
  // that it does not have, that are others now, or that were away in between.
  void OnNewSnapshot(const probes::Changes& changes);

  // Puts a policy in force.
  [[nodiscard]] ReloadReport Adopt(
      std::shared_ptr<const policy::Policy> policy);

  Parts parts_;
  std::shared_ptr<const policy::Policy> policy_;
  PolicyState policy_state_;
  PolicyReload reload_;
  mutable Taints taints_;  // looking drops those that are over
  BrokerObserver* observer_ = nullptr;
  struct Marked;
  mutable std::shared_ptr<const Marked> marked_;  // of Devices()
  accounting::Books books_;
  LeaseTable leases_;
  Deliveries deliveries_;
  std::vector<std::unique_ptr<Ending>> endings_;
  Quarantine quarantine_;
  SvaVerdicts sva_;
  Statistics statistics_;
  std::function<void()> stopped_;  // of Stop()
  EventLoop::Source stop_patience_;
  bool is_stopping_ = false;
  int binds_ = 0;  // running on bind threads
};

}  // namespace acceld::daemon
