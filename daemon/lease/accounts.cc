#include "daemon/lease/accounts.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "placement/quota_check.h"

namespace acceld::daemon {
namespace {

using policy::AppliedQuota;

// The CPU time of one second.
struct Spent {
  SteadyTime since;
  std::int64_t nanoseconds = 0;
};

struct Account {
  std::map<std::string, std::int64_t> devices;  // opens by key; none is 0
  std::int64_t instances = 0;
  std::map<ProcessId, std::int64_t> processes;  // leases that use its PASID
  std::int64_t pasids = 0;                      // of other address spaces
  Bytes memory;
  Bytes buffers;
  std::int64_t leases = 0;
};

struct SolverTime {
  std::deque<Spent> spent;  // oldest first
  std::int64_t reserved = 0;
};

// What one holding takes of one account.
struct Share {
  std::string account;
  std::vector<std::size_t> opens;  // of the holding; those that count
  bool counts_lease = false;
};

struct Entry {
  Holding holding;
  std::vector<Share> shares;
};

template <typename Key>
void Count(std::map<Key, std::int64_t>& counts, const Key& key,
           std::int64_t by) {
  if ((counts[key] += by) == 0) counts.erase(key);
}

// `sign`: 1 charges, -1 gives back.
void Apply(const Holding& holding, const Share& share, std::int64_t sign,
           Account& account) {
  bool uses_pasid = false;
  for (const std::size_t i : share.opens) {
    const HeldOpen& open = holding.opens[i];
    Count(account.devices, open.device, sign);
    account.instances += sign;
    account.memory = Bytes(account.memory.value() + sign * open.memory.value());
    uses_pasid = uses_pasid || open.uses_pasid;
  }
  if (share.counts_lease) account.leases += sign;
  if (share.opens.empty()) return;
  account.buffers =
      Bytes(account.buffers.value() + sign * holding.buffers.value());
  if (!uses_pasid) return;
  if (holding.pasid_of) {
    Count(account.processes, *holding.pasid_of, sign);
  } else {
    account.pasids += sign * holding.pasids;
  }
}

placement::QuotaHeld HeldBy(const Account& account) {
  placement::QuotaHeld held;
  for (const auto& [key, opens] : account.devices) held.devices.insert(key);
  held.instances = account.instances;
  held.pasids =
      account.pasids + static_cast<std::int64_t>(account.processes.size());
  held.memory = account.memory;
  held.buffers = account.buffers;
  held.leases = account.leases;
  return held;
}

}  // namespace

struct Accounts::State {
  const Clock& clock;
  std::shared_ptr<const policy::Policy> policy;
  MarksOf marks_of;
  std::map<std::uint64_t, Entry> entries;
  std::map<std::string, Account, std::less<>> accounts;
  std::map<std::string, SolverTime, std::less<>> solver_times;
  std::uint64_t next = 1;

  [[nodiscard]] Share ShareOf(
      const AppliedQuota& quota, const Holding& holding,
      const std::vector<std::optional<policy::DeviceMarks>>& marks) const {
    const bool is_of_class = !quota.of_class.empty();
    Share share{quota.account, {}, false};
    for (std::size_t i = 0; i < marks.size(); ++i) {
      const bool counts =
          marks[i] ? policy->Counts(quota, *marks[i]) : !is_of_class;
      if (counts) share.opens.push_back(i);
    }
    share.counts_lease =
        is_of_class ? !share.opens.empty() : holding.opens.empty();
    return share;
  }

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
      Apply(entry.holding, share, -1, account);
      const bool is_empty = account.devices.empty() && account.leases == 0 &&
                            account.buffers.value() == 0;
      if (is_empty) accounts.erase(share.account);
    }
  }

  // CPU time of the last minute.
  [[nodiscard]] std::int64_t SpentBy(const std::string& account) {
    const auto found = solver_times.find(account);
    if (found == solver_times.end()) return 0;
    auto& spent = found->second.spent;
    const SteadyTime start = clock.Now() - kMinute;
    while (!spent.empty() && spent.front().since <= start) spent.pop_front();
    std::int64_t sum = found->second.reserved;
    for (const Spent& one : spent) sum += one.nanoseconds;
    return sum;
  }

  void Spend(const std::string& account, Nanoseconds reserved,
             Nanoseconds time) {
    SolverTime& of = solver_times[account];
    of.reserved -= reserved.value();
    const SteadyTime now = clock.Now();
    if (time.value() > 0) {
      if (of.spent.empty() ||
          now - of.spent.back().since >= std::chrono::seconds(1)) {
        of.spent.push_back({now, 0});
      }
      of.spent.back().nanoseconds += time.value();
    }
    if (SpentBy(account) == 0 && of.reserved == 0) solver_times.erase(account);
  }
};

Accounts::Charge::Charge(std::weak_ptr<State> state, std::uint64_t id)
    : state_(std::move(state)), id_(id) {}

Accounts::Charge::Charge(Charge&& other) noexcept
    : state_(std::exchange(other.state_, {})), id_(other.id_) {}

Accounts::Charge& Accounts::Charge::operator=(Charge&& other) noexcept {
  if (this != &other) {
    GiveBack();
    state_ = std::exchange(other.state_, {});
    id_ = other.id_;
  }
  return *this;
}

void Accounts::Charge::GiveBack() {
  const auto state = state_.lock();
  state_.reset();
  if (state == nullptr) return;
  const auto found = state->entries.find(id_);
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
    state->Spend(account, reserved_, spent);
  }
}

Accounts::Accounts(const Clock& clock,
                   std::shared_ptr<const policy::Policy> policy,
                   MarksOf marks_of)
    : state_(std::make_shared<State>(
          State{clock, std::move(policy), std::move(marks_of), {}, {}, {}})) {}

Accounts::~Accounts() = default;

void Accounts::SetPolicy(std::shared_ptr<const policy::Policy> policy) {
  state_->policy = std::move(policy);
  state_->accounts.clear();
  for (auto& [id, entry] : state_->entries) {
    entry.shares.clear();
    const auto marks = state_->MarksFor(entry.holding);
    for (const AppliedQuota& quota :
         state_->policy->QuotasOf(entry.holding.subject)) {
      entry.shares.push_back(state_->ShareOf(quota, entry.holding, marks));
      Apply(entry.holding, entry.shares.back(), 1,
            state_->accounts[quota.account]);
    }
  }
}

Result<Accounts::Charge> Accounts::Take(Holding holding) {
  Entry entry{std::move(holding), {}};
  const auto marks = state_->MarksFor(entry.holding);
  for (const AppliedQuota& quota :
       state_->policy->QuotasOf(entry.holding.subject)) {
    entry.shares.push_back(state_->ShareOf(quota, entry.holding, marks));
    Account& account = state_->accounts[quota.account];
    const placement::QuotaHeld before = HeldBy(account);
    Apply(entry.holding, entry.shares.back(), 1, account);
    if (auto within = placement::CheckQuota(quota, before, HeldBy(account));
        !within) {
      state_->Undo(entry);
      return Fail(std::move(within.error()));
    }
  }
  const std::uint64_t id = state_->next++;
  state_->entries.emplace(id, std::move(entry));
  return Charge(state_, id);
}

Result<Accounts::Solve> Accounts::StartSolve(const policy::Subject& subject) {
  Solve solve;
  std::vector<AppliedQuota> bound = state_->policy->QuotasOf(subject);
  std::erase_if(bound, [](const AppliedQuota& quota) {
    return !quota.bounds->solver_time;
  });
  for (const AppliedQuota& quota : bound) {
    const std::int64_t spent = state_->SpentBy(quota.account);
    const Nanoseconds allowed = *quota.bounds->solver_time;
    if (spent < allowed.value()) continue;
    return Fail(ErrorCode::kQuotaExceeded,
                "quota '" + placement::NameOf(quota) +
                    "': solver time: " + ToString(Nanoseconds(spent)) +
                    " used or asked for in the last minute, " +
                    ToString(allowed) + " allowed; try again later");
  }
  if (bound.empty()) return solve;
  solve.state_ = state_;
  solve.reserved_ = state_->policy->defaults().deadline;
  for (const AppliedQuota& quota : bound) {
    state_->solver_times[quota.account].reserved += solve.reserved_.value();
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
                                    : HeldBy(found->second);
    uses.push_back({std::move(quota), std::move(held)});
  }
  return uses;
}

}  // namespace acceld::daemon
