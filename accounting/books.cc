#include "accounting/books.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "placement/device_capacity.h"
#include "placement/device_view.h"

namespace acceld::accounting {
namespace {

Holding HoldingOf(const policy::Subject& subject,
                  const placement::Request& request,
                  const graph::Topology& topology,
                  const placement::Placement& placement,
                  const AddressSpaces& spaces) {
  Holding holding;
  holding.subject = subject;
  for (const placement::StageAssignment& one : placement.stages) {
    const placement::Stage& stage = request.stages[one.stage];
    const placement::DeviceView device(topology, one.device);
    holding.opens.push_back({device.vertex().key,
                             stage.memory.value_or(Bytes(0)),
                             placement::UsesPasid(device, stage.sva)});
  }
  holding.buffers = placement::BuffersOf(request);
  holding.pasids = spaces.count;
  holding.pasid_of = spaces.of;
  return holding;
}

}  // namespace

Books::Books(const Clock& clock, std::shared_ptr<const policy::Policy> policy,
             Accounts::MarksOf marks_of)
    : clock_(clock),
      policy_(std::move(policy)),
      marks_of_(std::move(marks_of)),
      accounts_(clock_, policy_, marks_of_) {}

void Books::SetPolicy(std::shared_ptr<const policy::Policy> policy) {
  policy_ = std::move(policy);
  accounts_.SetPolicy(policy_);
}

Result<LeaseCharge> Books::TakeLease(const policy::Subject& subject,
                                     std::optional<Over>* over) {
  Holdings lease;
  lease.leases = 1;
  return Take(lease, {subject}, over);
}

Result<LeaseCharge> Books::TakePlacement(const policy::Subject& subject,
                                         const placement::Request& request,
                                         const graph::Topology& topology,
                                         const placement::Placement& placement,
                                         const AddressSpaces& spaces,
                                         std::optional<Over>* over) {
  Holding holding = HoldingOf(subject, request, topology, placement, spaces);
  Holdings holdings;
  holdings.instances = static_cast<std::int64_t>(holding.opens.size());
  holdings.buffers = holding.buffers;
  return Take(holdings, std::move(holding), over);
}

Result<LeaseCharge> Books::Take(const Holdings& holdings, Holding holding,
                                std::optional<Over>* over) {
  LeaseCharge charge;
  auto limits = ledger_.Take(holding.subject.uid, holdings, policy_->limits());
  if (!limits) {
    if (over != nullptr) {
      *over = {kLimits,
               holding.opens.empty() ? "" : holding.opens.front().device,
               limits.error().message};
    }
    return Fail(std::move(limits.error()));
  }
  charge.limits = *std::move(limits);
  ACCELD_TRY(charge.quotas, accounts_.Take(std::move(holding), over));
  return charge;
}

std::vector<std::optional<Over>> Books::Recount(
    const std::vector<Held>& leases) const {
  std::vector<std::size_t> order(leases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return Accounts::NumberOf(leases[a].placement->quotas) <
           Accounts::NumberOf(leases[b].placement->quotas);
  });
  std::vector<std::optional<Over>> found(leases.size());
  std::vector<LeaseCharge> kept;  // on books that are gone with the answer
  Books anew(clock_, policy_, marks_of_);
  for (const std::size_t i : order) {
    const auto take = [&](const LeaseCharge& charge) {
      return anew.Take(charge.limits.what(), accounts_.HoldingOf(charge.quotas),
                       &found[i]);
    };
    auto lease = take(*leases[i].lease);
    if (!lease) continue;
    auto placement = take(*leases[i].placement);
    if (!placement) continue;
    kept.push_back(*std::move(lease));
    kept.push_back(*std::move(placement));
  }
  return found;
}

}  // namespace acceld::accounting
