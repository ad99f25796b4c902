// Occupancy: what is taken on a machine now. The one value that flows back
// from the leases to placement. Keys, not ids: it survives a new snapshot.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/units.h"

namespace acceld::placement {

// All counts, so that adding and removing are exact inverses whatever the
// order: two leases may be in quarantine on one device.
struct DeviceUse {
  std::int64_t instances = 0;    // opens that leases hold
  std::int64_t exclusive = 0;    // leases that hold all of it: 0 or 1
  std::int64_t quarantined = 0;  // leases released, not yet proven closed
  Bytes memory;                  // device memory charged
};

struct Occupancy {
  std::unordered_map<std::string, DeviceUse> devices;  // by vertex key
  std::unordered_map<std::string, Bytes> memory;       // by memory-target key
  std::int64_t live_pasids = 0;  // address spaces bound by leases, system-wide

  // What one lease takes; Add and Remove are exact inverses.
  struct Charge {
    std::string key;
    DeviceUse use;
  };
  struct MemoryCharge {
    std::string key;
    Bytes bytes;
  };
  struct Charges {
    std::vector<Charge> devices;
    std::vector<MemoryCharge> memory;
    std::int64_t pasids = 0;
  };
  void Add(const Charges& charges);
  // Requires: the charges were added before.
  void Remove(const Charges& charges);
};

}  // namespace acceld::placement
