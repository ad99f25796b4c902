// Difference: what two policies make of one workload, request by request.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/document.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"
#include "client/topo/look.h"

namespace acceld::policy_tool {

struct Change {
  std::size_t arrival = 0;  // index into the workload's
  enum class Kind {
    kNowAccepted,
    kNowRefused,
    kElsewhere,    // on other devices
    kOtherReason,  // refused by both, for another reason
  };
  Kind kind{};
};

struct UserChanges {
  std::int64_t requests = 0;
  std::int64_t accepted_before = 0;
  std::int64_t accepted_after = 0;
  std::int64_t elsewhere = 0;
};

struct Difference {
  std::vector<Change> changes;     // in the order of time
  std::vector<UserChanges> users;  // as the workload's
};

// Both are histories of `workload`.
[[nodiscard]] Difference Compare(const Workload& workload,
                                 const History& before, const History& after);

// At most `rows` changes are listed; what is left out is counted.
[[nodiscard]] std::string DifferenceText(const Difference& difference,
                                         const Workload& workload,
                                         const History& before,
                                         const History& after, std::size_t rows,
                                         const topo::Look& look);
[[nodiscard]] Document DifferenceDocument(const Difference& difference,
                                          const Workload& workload,
                                          const History& before,
                                          const History& after);

}  // namespace acceld::policy_tool
