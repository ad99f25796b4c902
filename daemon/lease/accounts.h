// Accounts: what is charged to each quota of the policy, by whom it binds
// together: a user, all of its subjects, or a namespace. A Charge is taken
// before the work and given back by its destructor; a new policy charges
// everything that is held anew. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/units.h"
#include "daemon/lease/client_process.h"
#include "placement/quota_room.h"
#include "policy/policy.h"

namespace acceld::daemon {

// One open of a device.
struct HeldOpen {
  std::string device;  // key
  Bytes memory;        // of the device
  bool uses_pasid = false;
};

// What a lease holds, or one that is being made.
struct Holding {
  policy::Subject subject;
  // None: the lease itself, which quotas of all devices count as soon as it is
  // asked for. Quotas of a class count it with its opens.
  std::vector<HeldOpen> opens = {};
  Bytes buffers = {};
  std::int64_t pasids = 0;  // address spaces, where an open uses one
  std::optional<ProcessId> pasid_of =
      {};  // whose it is, where it is one process's
};

class Accounts {
 private:
  struct State;

 public:
  class Charge {
   public:
    Charge() = default;
    Charge(Charge&& other) noexcept;
    Charge& operator=(Charge&& other) noexcept;
    ~Charge() { GiveBack(); }

   private:
    friend class Accounts;
    Charge(std::weak_ptr<State> state, std::uint64_t id);
    void GiveBack();
    std::weak_ptr<State> state_;
    std::uint64_t id_ = 0;
  };

  // A solve that is waiting or running. Reserves the default deadline, so that
  // requests at the same time do not all find the same time left.
  class Solve {
   public:
    Solve() = default;
    Solve(Solve&& other) noexcept;
    Solve& operator=(Solve&& other) noexcept;
    ~Solve() { End(Nanoseconds(0)); }
    // It has ended, and took so much CPU time.
    void End(Nanoseconds spent);

   private:
    friend class Accounts;
    std::weak_ptr<State> state_;
    std::vector<std::string> accounts_;
    Nanoseconds reserved_;
  };

  // What the policy says of a device; nothing where it is gone: then only
  // quotas of all devices count it.
  using MarksOf = std::function<std::optional<policy::DeviceMarks>(
      const std::string& device)>;

  // How long solver time counts.
  static constexpr std::chrono::seconds kMinute{60};

  // `clock` must outlive it.
  Accounts(const Clock& clock, std::shared_ptr<const policy::Policy> policy,
           MarksOf marks_of);
  ~Accounts();

  // Charges all that is held by this policy's quotas: more may be held then
  // than they allow. Solver time counts on where the quota is of the same name.
  void SetPolicy(std::shared_ptr<const policy::Policy> policy);

  // Charges all quotas that bind the subject, or none. Errors: kQuotaExceeded
  // (which quota, how much is held, and what would have to be given back).
  [[nodiscard]] Result<Charge> Take(Holding holding);
  // Before a solve. Errors: kQuotaExceeded (solver time).
  [[nodiscard]] Result<Solve> StartSolve(const policy::Subject& subject);

  // The quotas that bind the subject, with what is held of them now.
  [[nodiscard]] std::vector<placement::QuotaUse> UsesOf(
      const policy::Subject& subject) const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace acceld::daemon
