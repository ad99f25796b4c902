#include "daemon/lease/lease_table.h"

#include <utility>

#include "base/check.h"

namespace acceld::daemon {

LeaseTable::LeaseTable()
    : occupancy_(std::make_shared<placement::Occupancy>()) {}

placement::Occupancy& LeaseTable::Change() {
  // Solver threads may hold the current value: they keep it as it is.
  if (occupancy_.use_count() > 1) {
    occupancy_ = std::make_shared<placement::Occupancy>(*occupancy_);
  }
  ++version_;
  return *occupancy_;
}

Lease& LeaseTable::Insert(std::unique_ptr<Lease> lease) {
  Change().Add(lease->charges);
  const auto [at, inserted] = leases_.emplace(lease->id, std::move(lease));
  ACCELD_CHECK(inserted);
  return *at->second;
}

Lease* LeaseTable::Find(std::string_view id) {
  const auto found = leases_.find(id);
  return found == leases_.end() ? nullptr : found->second.get();
}

std::vector<Lease*> LeaseTable::All() {
  std::vector<Lease*> all;
  for (const auto& [id, lease] : leases_) all.push_back(lease.get());
  return all;
}

std::unique_ptr<Lease> LeaseTable::Remove(std::string_view id) {
  const auto found = leases_.find(id);
  ACCELD_CHECK(found != leases_.end());
  std::unique_ptr<Lease> lease = std::move(found->second);
  leases_.erase(found);
  return lease;
}

void LeaseTable::Free(const placement::Occupancy::Charges& charges) {
  Change().Remove(charges);
}

}  // namespace acceld::daemon
