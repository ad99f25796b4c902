// Accounts: what is charged to each quota of the policy, by whom it binds
// together: a user, all of its subjects, or a namespace. A Charge is taken
// before the work and given back by its destructor; a new policy charges
// everything that is held anew. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounting/account.h"
#include "accounting/over.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/units.h"
#include "placement/quota_room.h"
#include "policy/policy.h"

namespace acceld::accounting {

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
    Charge(std::weak_ptr<State> state, std::uint64_t number);
    void GiveBack();
    std::weak_ptr<State> state_;
    std::uint64_t number_ = 0;
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

  // `clock` must outlive it.
  Accounts(const Clock& clock, std::shared_ptr<const policy::Policy> policy,
           MarksOf marks_of);
  ~Accounts();

  // Charges all that is held by this policy's quotas: more may be held then
  // than they allow. Solver time counts on where the quota is of the same name.
  void SetPolicy(std::shared_ptr<const policy::Policy> policy);

  // Charges all quotas that bind the subject, or none. Errors: kQuotaExceeded
  // (which quota, how much is held, and what would have to be given back);
  // then `over`, unless it is null, says so as data.
  [[nodiscard]] Result<Charge> Take(Holding holding,
                                    std::optional<Over>* over = nullptr);
  // Before a solve. Errors: kQuotaExceeded (solver time).
  [[nodiscard]] Result<Solve> StartSolve(const policy::Subject& subject);

  // The quotas that bind the subject, with what is held of them now.
  [[nodiscard]] std::vector<placement::QuotaUse> UsesOf(
      const policy::Subject& subject) const;

  // Charges are numbered in the order in which they were taken.
  [[nodiscard]] static std::uint64_t NumberOf(const Charge& charge) {
    return charge.number_;
  }
  // Requires: it was taken here and not given back, here and below.
  [[nodiscard]] const Holding& HoldingOf(const Charge& charge) const;
  // Whether it would be given now, beside all else that is held.
  [[nodiscard]] bool StillFits(const Charge& charge) const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace acceld::accounting
