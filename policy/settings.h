// The numbers of a policy: Objective, Limits, Defaults, QuotaBounds and
// ReleaseTerms. Plain values; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "policy/selector.h"

namespace acceld::policy {

// What each replica on a device of a class costs, in ns at 1 GB/s.
struct ClassCost {
  std::string name;               // of the class
  std::vector<Selector> devices;  // of the class: all hold
  std::int64_t cost = 0;
  friend bool operator==(const ClassCost&, const ClassCost&) = default;
};

// Weights of the placement objective (docs/placement.md). All >= 0.
struct Objective {
  std::int64_t latency_weight = 1;     // per ns of path latency
  std::int64_t transfer_weight = 1;    // per ns that 64 KiB take on the path
  std::int64_t spread_weight = 0;      // ns at 1 GB/s, each open in use
  std::int64_t pack_weight = 0;        // ns at 1 GB/s, each free accelerator
  std::int64_t keep_whole_weight = 0;  // ns at 1 GB/s, each unit wholly free
  std::int64_t power_weight = 0;       // ns at 1 GB/s, each W of a free one
  std::int64_t preferred_weight = 0;   // ns at 1 GB/s, not preferred
  std::vector<std::string> preferred_frameworks;  // best first
  std::vector<ClassCost> class_costs;             // all that apply add up
  friend bool operator==(const Objective&, const Objective&) = default;
};

// Bounds for every request.
struct Limits {
  Nanoseconds max_deadline{1'000'000'000};  // 1 s
  std::int64_t max_stages = 64;             // replicas counted
  std::int64_t max_leases_per_user = 64;
  std::int64_t max_instances_per_user = 64;  // opens of devices in all
  Bytes max_buffer_bytes_per_user{std::int64_t{8} << 30};
  bool one_shot_tickets = false;  // a ticket is good for one open
  // How long a lease may outlive its session.
  Nanoseconds max_linger{300'000'000'000};  // 5 min
  friend bool operator==(const Limits&, const Limits&) = default;
};

enum class Sharing { kShared, kExclusive };
// Of the client's address space, on the device.
enum class SvaNeed {
  kAny,
  kPreferred,  // a device that is known not to have it serves if no other can
  kRequired,   // a device that is known not to have it does not serve
};

// What holds for a request that is silent about it.
struct Defaults {
  Nanoseconds deadline{50'000'000};  // 50 ms
  Sharing sharing = Sharing::kShared;
  SvaNeed sva = SvaNeed::kAny;
  BytesPerSecond traffic{1'000'000'000};  // of a link: 1 GB/s
  friend bool operator==(const Defaults&, const Defaults&) = default;
};

// How much may be held at one time; absent: any amount.
struct QuotaBounds {
  std::optional<std::int64_t> devices;     // different ones
  std::optional<std::int64_t> instances;   // opens of them
  std::optional<std::int64_t> pasids;      // address spaces
  std::optional<Bytes> memory;             // of the devices
  std::optional<Bytes> buffers;            // granted with pipelines
  std::optional<std::int64_t> leases;      // that use such a device
  std::optional<Nanoseconds> solver_time;  // CPU time a minute
  friend bool operator==(const QuotaBounds&, const QuotaBounds&) = default;
};

// What happens to a device when a lease gives it back.
struct ReleaseTerms {
  std::optional<bool> reset;  // absent: as the daemon does by itself
  Nanoseconds quarantine{0};  // least time before it is leased again
  friend bool operator==(const ReleaseTerms&, const ReleaseTerms&) = default;
};

}  // namespace acceld::policy
