#include "accounting/account.h"

namespace acceld::accounting {
namespace {

template <typename Key>
void Count(std::map<Key, std::int64_t>& counts, const Key& key,
           std::int64_t by) {
  if ((counts[key] += by) == 0) counts.erase(key);
}

Bytes Sum(Bytes bytes, std::int64_t sign, Bytes more) {
  return Bytes(bytes.value() + sign * more.value());
}

}  // namespace

Share ShareOf(const policy::Policy& policy, const policy::AppliedQuota& quota,
              const Holding& holding,
              const std::vector<std::optional<policy::DeviceMarks>>& marks) {
  const bool is_of_class = !quota.of_class.empty();
  Share share{quota.account, {}, false};
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const bool counts =
        marks[i] ? policy.Counts(quota, *marks[i]) : !is_of_class;
    if (counts) share.opens.push_back(i);
  }
  share.counts_lease =
      is_of_class ? !share.opens.empty() : holding.opens.empty();
  return share;
}

bool Account::empty() const {
  return devices.empty() && leases == 0 && buffers.value() == 0;
}

void Account::Add(const Holding& holding, const Share& share) {
  Change(holding, share, 1);
}

void Account::Remove(const Holding& holding, const Share& share) {
  Change(holding, share, -1);
}

void Account::Change(const Holding& holding, const Share& share,
                     std::int64_t sign) {
  bool uses_pasid = false;
  for (const std::size_t i : share.opens) {
    const HeldOpen& open = holding.opens[i];
    Count(devices, open.device, sign);
    instances += sign;
    memory = Sum(memory, sign, open.memory);
    uses_pasid = uses_pasid || open.uses_pasid;
  }
  if (share.counts_lease) leases += sign;
  if (share.opens.empty()) return;
  buffers = Sum(buffers, sign, holding.buffers);
  if (!uses_pasid) return;
  if (holding.pasid_of) {
    Count(processes, *holding.pasid_of, sign);
  } else {
    pasids += sign * holding.pasids;
  }
}

placement::QuotaHeld Account::held() const {
  placement::QuotaHeld held;
  for (const auto& [key, opens] : devices) held.devices.insert(key);
  held.instances = instances;
  held.pasids = pasids + static_cast<std::int64_t>(processes.size());
  held.memory = memory;
  held.buffers = buffers;
  held.leases = leases;
  return held;
}

}  // namespace acceld::accounting
