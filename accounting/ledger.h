// What each user holds, against what the policy lets it hold. A Charge is
// taken before the work starts and given back by its destructor.
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>

#include "base/result.h"
#include "base/units.h"
#include "policy/policy.h"

namespace acceld::accounting {

struct Holdings {
  std::int64_t leases = 0;
  std::int64_t instances = 0;
  Bytes buffers;
};

class Ledger {
 public:
  class Charge {
   public:
    Charge() = default;
    Charge(Charge&& other) noexcept;
    Charge& operator=(Charge&& other) noexcept;
    ~Charge() { GiveBack(); }
    [[nodiscard]] const Holdings& what() const { return what_; }

   private:
    friend class Ledger;
    Charge(std::weak_ptr<std::map<uid_t, Holdings>> ledger, uid_t user,
           const Holdings& what);
    void GiveBack();
    std::weak_ptr<std::map<uid_t, Holdings>> ledger_;
    uid_t user_ = 0;
    Holdings what_;
  };

  Ledger();
  // Errors: kQuotaExceeded (which bound, how much is held).
  [[nodiscard]] Result<Charge> Take(uid_t user, const Holdings& what,
                                    const policy::Limits& limits);
  [[nodiscard]] Holdings HeldBy(uid_t user) const;

 private:
  std::shared_ptr<std::map<uid_t, Holdings>> held_;
};

}  // namespace acceld::accounting
