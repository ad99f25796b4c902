#include "daemon/lease/lease_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace acceld::daemon {
namespace {

placement::Occupancy::Charges BlockOf(const std::string& device) {
  placement::DeviceUse use;
  use.quarantined = 1;
  placement::Occupancy::Charges charges;
  charges.devices.push_back({device, use});
  return charges;
}

}  // namespace

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

void LeaseTable::Tell(const placement::Occupancy::Charges& charges) const {
  if (!changed_) return;
  for (const auto& device : charges.devices) changed_(device.key);
}

void LeaseTable::Charge(const LeaseCharges& charges) {
  placement::Occupancy& occupancy = Change();
  occupancy.Add(charges.what);
  if (charges.pasid_of && ++pasids_[*charges.pasid_of] == 1) {
    ++occupancy.live_pasids;
  }
  Tell(charges.what);
}

Lease& LeaseTable::Insert(std::unique_ptr<Lease> lease) {
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

void LeaseTable::Free(const LeaseCharges& charges) {
  placement::Occupancy& occupancy = Change();
  occupancy.Remove(charges.what);
  Tell(charges.what);
  if (!charges.pasid_of) return;
  const auto found = pasids_.find(*charges.pasid_of);
  ACCELD_CHECK(found != pasids_.end());
  if (--found->second > 0) return;
  pasids_.erase(found);
  --occupancy.live_pasids;
}

void LeaseTable::FreeDevice(LeaseCharges& charges, const std::string& device) {
  auto& devices = charges.what.devices;
  const auto found =
      std::find_if(devices.begin(), devices.end(), [&](const auto& charge) {
        return charge.key == device && charge.use.instances > 0;
      });
  ACCELD_CHECK(found != devices.end());
  placement::Occupancy::Charges one;
  one.devices.push_back(std::move(*found));
  devices.erase(found);
  Change().Remove(one);
  Tell(one);
}

bool LeaseTable::MayHavePasid(pid_t pid) const {
  const auto first = pasids_.lower_bound({pid, 0});
  return first != pasids_.end() && first->first.pid == pid;
}

void LeaseTable::Block(const std::string& device) {
  Change().Add(BlockOf(device));
  if (changed_) changed_(device);
}

void LeaseTable::Unblock(const std::string& device) {
  Change().Remove(BlockOf(device));
  if (changed_) changed_(device);
}

}  // namespace acceld::daemon
