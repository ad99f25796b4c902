// Account: what is charged to one account of a quota, and what a holding takes
// of it. Values; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/process_id.h"
#include "base/units.h"
#include "placement/quota_room.h"
#include "policy/policy.h"

namespace acceld::accounting {

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

// What one holding takes of one account.
struct Share {
  std::string account;
  std::vector<std::size_t> opens;  // of the holding; those that count
  bool counts_lease = false;
};

// `marks`: what the policy says of each open's device; nothing where it is
// gone: then only quotas of all devices count it.
[[nodiscard]] Share ShareOf(
    const policy::Policy& policy, const policy::AppliedQuota& quota,
    const Holding& holding,
    const std::vector<std::optional<policy::DeviceMarks>>& marks);

struct Account {
  std::map<std::string, std::int64_t> devices;  // opens by key; none is 0
  std::int64_t instances = 0;
  std::map<ProcessId, std::int64_t> processes;  // leases that use its PASID
  std::int64_t pasids = 0;                      // of other address spaces
  Bytes memory;
  Bytes buffers;
  std::int64_t leases = 0;

  [[nodiscard]] bool empty() const;
  // Adding and removing are exact inverses, in whatever order.
  void Add(const Holding& holding, const Share& share);
  void Remove(const Holding& holding, const Share& share);
  [[nodiscard]] placement::QuotaHeld held() const;

 private:
  void Change(const Holding& holding, const Share& share, std::int64_t sign);
};

}  // namespace acceld::accounting
