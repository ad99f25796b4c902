#include "accounting/accounts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "accounting/solver_times.h"
#include "base/check.h"
#include "placement/quota_check.h"

namespace acceld::accounting {
namespace {

using policy::AppliedQuota;

struct Entry {
  Holding holding;
  std::vector<Share> shares;
};

}  // namespace

struct Accounts::State {
  std::shared_ptr<const policy::Policy> policy;
  MarksOf marks_of;
  SolverTimes solver_times;
  std::map<std::uint64_t, Entry> entries = {};
  std::map<std::string, Account, std::less<>> accounts = {};
  std::uint64_t next = 1;

  [[nodiscard]] std::vector<std::optional<policy::DeviceMarks>> MarksFor(
      const Holding& holding) const {
    std::vector<std::optional<policy::DeviceMarks>> marks;
    for (const HeldOpen& open : holding.opens) {
      marks.push_back(marks_of(open.device));
    }
    return marks;
  }

  void Undo(const Entry& entry) {
    for (const Share& share : entry.shares) {
      Account& account = accounts[share.account];
      account.Remove(entry.holding, share);
      if (account.empty()) accounts.erase(share.account);
    }
  }

  [[nodiscard]] const Entry& EntryOf(std::uint64_t number) const {
    const auto found = entries.find(number);
    ACCELD_CHECK(found != entries.end());
    return found->second;
  }
};

Accounts::Charge::Charge(std::weak_ptr<State> state, std::uint64_t number)
    : state_(std::move(state)), number_(number) {}

Accounts::Charge::Charge(Charge&& other) noexcept
    : state_(std::exchange(other.state_, {})), number_(other.number_) {}

Accounts::Charge& Accounts::Charge::operator=(Charge&& other) noexcept {
  if (this != &other) {
    GiveBack();
    state_ = std::exchange(other.state_, {});
    number_ = other.number_;
  }
  return *this;
}

void Accounts::Charge::GiveBack() {
  const auto state = state_.lock();
  state_.reset();
  if (state == nullptr) return;
  const auto found = state->entries.find(number_);
  if (found == state->entries.end()) return;
  state->Undo(found->second);
  state->entries.erase(found);
}

Accounts::Solve::Solve(Solve&& other) noexcept
    : state_(std::exchange(other.state_, {})),
      accounts_(std::move(other.accounts_)),
      reserved_(other.reserved_) {}

Accounts::Solve& Accounts::Solve::operator=(Solve&& other) noexcept {
  if (this != &other) {
    End(Nanoseconds(0));
    state_ = std::exchange(other.state_, {});
    accounts_ = std::move(other.accounts_);
    reserved_ = other.reserved_;
  }
  return *this;
}

void Accounts::Solve::End(Nanoseconds spent) {
  const auto state = state_.lock();
  state_.reset();
  if (state == nullptr) return;
  for (const std::string& account : accounts_) {
    state->solver_times.Spend(account, reserved_, spent);
  }
}

Accounts::Accounts(const Clock& clock,
                   std::shared_ptr<const policy::Policy> policy,
                   MarksOf marks_of)
    : state_(std::make_shared<State>(
          State{std::move(policy), std::move(marks_of), SolverTimes(clock)})) {}

Accounts::~Accounts() = default;

void Accounts::SetPolicy(std::shared_ptr<const policy::Policy> policy) {
  state_->policy = std::move(policy);
  state_->accounts.clear();
  for (auto& [number, entry] : state_->entries) {
    entry.shares.clear();
    const auto marks = state_->MarksFor(entry.holding);
    for (const AppliedQuota& quota :
         state_->policy->QuotasOf(entry.holding.subject)) {
      entry.shares.push_back(
          ShareOf(*state_->policy, quota, entry.holding, marks));
      state_->accounts[quota.account].Add(entry.holding, entry.shares.back());
    }
  }
}

Result<Accounts::Charge> Accounts::Take(Holding holding,
                                        std::optional<Over>* over) {
  Entry entry{std::move(holding), {}};
  const auto marks = state_->MarksFor(entry.holding);
  for (const AppliedQuota& quota :
       state_->policy->QuotasOf(entry.holding.subject)) {
    const Share& share = entry.shares.emplace_back(
        ShareOf(*state_->policy, quota, entry.holding, marks));
    Account& account = state_->accounts[quota.account];
    const placement::QuotaHeld before = account.held();
    account.Add(entry.holding, share);
    auto within = placement::CheckQuota(quota, before, account.held());
    if (within) continue;
    if (over != nullptr) {
      *over = {std::string(quota.id),
               share.opens.empty() ? std::string()
                                   : entry.holding.opens[share.opens[0]].device,
               within.error().message};
    }
    state_->Undo(entry);
    return Fail(std::move(within.error()));
  }
  const std::uint64_t number = state_->next++;
  state_->entries.emplace(number, std::move(entry));
  return Charge(state_, number);
}

Result<Accounts::Solve> Accounts::StartSolve(const policy::Subject& subject) {
  Solve solve;
  std::vector<AppliedQuota> bound = state_->policy->QuotasOf(subject);
  std::erase_if(bound, [](const AppliedQuota& quota) {
    return !quota.bounds->solver_time;
  });
  for (const AppliedQuota& quota : bound) {
    const Nanoseconds used = state_->solver_times.UsedBy(quota.account);
    const Nanoseconds allowed = *quota.bounds->solver_time;
    if (used < allowed) continue;
    return Fail(ErrorCode::kQuotaExceeded,
                "quota '" + placement::NameOf(quota) + "': solver time: " +
                    ToString(used) + " used or asked for in the last minute, " +
                    ToString(allowed) + " allowed; try again later");
  }
  if (bound.empty()) return solve;
  solve.state_ = state_;
  solve.reserved_ = state_->policy->defaults().deadline;
  for (const AppliedQuota& quota : bound) {
    state_->solver_times.Reserve(quota.account, solve.reserved_);
    solve.accounts_.push_back(quota.account);
  }
  return solve;
}

std::vector<placement::QuotaUse> Accounts::UsesOf(
    const policy::Subject& subject) const {
  std::vector<placement::QuotaUse> uses;
  for (AppliedQuota& quota : state_->policy->QuotasOf(subject)) {
    const auto found = state_->accounts.find(quota.account);
    placement::QuotaHeld held = found == state_->accounts.end()
                                    ? placement::QuotaHeld{}
                                    : found->second.held();
    uses.push_back({std::move(quota), std::move(held)});
  }
  return uses;
}

const Holding& Accounts::HoldingOf(const Charge& charge) const {
  return state_->EntryOf(charge.number_).holding;
}

bool Accounts::StillFits(const Charge& charge) const {
  const Entry& entry = state_->EntryOf(charge.number_);
  const auto quotas = state_->policy->QuotasOf(entry.holding.subject);
  // One share of each, in their order: the policy is the one they are of.
  for (std::size_t i = 0; i < quotas.size(); ++i) {
    Account others = state_->accounts.find(quotas[i].account)->second;
    const placement::QuotaHeld with = others.held();
    others.Remove(entry.holding, entry.shares[i]);
    if (!placement::CheckQuota(quotas[i], others.held(), with)) return false;
  }
  return true;
}

}  // namespace acceld::accounting
