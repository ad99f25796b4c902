#include "accounting/ledger.h"

#include <utility>

namespace acceld::accounting {
namespace {

Status Within(std::int64_t held, std::int64_t asked, std::int64_t limit,
              std::string_view what) {
  if (asked <= limit && held <= limit - asked) return {};
  return Fail(ErrorCode::kQuotaExceeded,
              std::string(what) + ": this user holds " + std::to_string(held) +
                  " and asks for " + std::to_string(asked) +
                  "; the policy allows " + std::to_string(limit));
}

}  // namespace

Ledger::Charge::Charge(std::weak_ptr<std::map<uid_t, Holdings>> ledger,
                       uid_t user, const Holdings& what)
    : ledger_(std::move(ledger)), user_(user), what_(what) {}

Ledger::Charge::Charge(Charge&& other) noexcept
    : ledger_(std::exchange(other.ledger_, {})),
      user_(other.user_),
      what_(other.what_) {}

Ledger::Charge& Ledger::Charge::operator=(Charge&& other) noexcept {
  if (this != &other) {
    GiveBack();
    ledger_ = std::exchange(other.ledger_, {});
    user_ = other.user_;
    what_ = other.what_;
  }
  return *this;
}

void Ledger::Charge::GiveBack() {
  const auto held = ledger_.lock();
  if (held == nullptr) return;
  const auto found = held->find(user_);
  if (found == held->end()) return;
  Holdings& mine = found->second;
  mine.leases -= what_.leases;
  mine.instances -= what_.instances;
  mine.buffers = mine.buffers - what_.buffers;
  if (mine.leases == 0 && mine.instances == 0 && mine.buffers == Bytes()) {
    held->erase(found);
  }
  ledger_.reset();
}

Ledger::Ledger() : held_(std::make_shared<std::map<uid_t, Holdings>>()) {}

Result<Ledger::Charge> Ledger::Take(uid_t user, const Holdings& what,
                                    const policy::Limits& limits) {
  const Holdings held = HeldBy(user);
  ACCELD_TRY_VOID(
      Within(held.leases, what.leases, limits.max_leases_per_user, "leases"));
  ACCELD_TRY_VOID(Within(held.instances, what.instances,
                         limits.max_instances_per_user, "device instances"));
  ACCELD_TRY_VOID(Within(held.buffers.value(), what.buffers.value(),
                         limits.max_buffer_bytes_per_user.value(),
                         "buffer bytes"));
  Holdings& mine = (*held_)[user];
  mine.leases += what.leases;
  mine.instances += what.instances;
  mine.buffers = mine.buffers + what.buffers;
  return Charge(held_, user, what);
}

Holdings Ledger::HeldBy(uid_t user) const {
  const auto found = held_->find(user);
  return found == held_->end() ? Holdings{} : found->second;
}

}  // namespace acceld::accounting
