// Objective and Limits: the numbers of a policy. Plain values; no threading
// rule.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.h"

namespace acceld::policy {

// Weights of the placement objective (docs/placement.md). All >= 0.
struct Objective {
  std::int64_t latency_weight = 1;     // per ns of path latency
  std::int64_t transfer_weight = 1;    // per ns that 64 KiB take on the path
  std::int64_t spread_weight = 0;      // ns at 1 GB/s, each open in use
  std::int64_t pack_weight = 0;        // ns at 1 GB/s, each free accelerator
  std::int64_t keep_whole_weight = 0;  // ns at 1 GB/s, each unit wholly free
  std::int64_t preferred_weight = 0;   // ns at 1 GB/s, not preferred
  std::vector<std::string> preferred_frameworks;  // best first
  friend bool operator==(const Objective&, const Objective&) = default;
};

// Bounds and defaults for every request.
struct Limits {
  Nanoseconds default_deadline{50'000'000};  // 50 ms
  Nanoseconds max_deadline{1'000'000'000};   // 1 s
  std::int64_t max_stages = 64;              // replicas counted
  std::int64_t max_leases_per_user = 64;
  std::int64_t max_instances_per_user = 64;  // opens of devices in all
  Bytes max_buffer_bytes_per_user{std::int64_t{8} << 30};
  bool one_shot_tickets = false;  // a ticket is good for one open
  friend bool operator==(const Limits&, const Limits&) = default;
};

}  // namespace acceld::policy
