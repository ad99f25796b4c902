// Taints set at run time: devices that an administrator takes out of use, or
// wants avoided, until he says otherwise. They are kept over reloads of the
// policy, beside its own taints, and forgotten when the daemon ends.
//
// Loop thread only; the table that Current() gives is shared with solver
// threads and does not change.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "placement/taints.h"

namespace acceld::daemon {

struct Taint {
  bool refuses = true;  // no new lease; else only where no other device serves
  std::string reason;   // for whoever may see the device
  uid_t by = 0;         // who set it
  SteadyTime since;
  std::optional<SteadyTime> until = std::nullopt;  // ends by itself then
};

// What a verdict names where one of these taints made it.
inline constexpr std::string_view kSetAtRunTime = "run time";

// By key of the device.
using TaintTable = std::map<std::string, Taint, std::less<>>;

// The table as placement asks for it; texts live as long as the table. May be
// null: no taints.
[[nodiscard]] placement::DeviceTaint AskTaints(
    std::shared_ptr<const TaintTable> table);

class Taints {
 public:
  static constexpr std::size_t kMaxTaints = 4096;

  Taints();
  // Instead of the one that the device had. Errors: kQuotaExceeded.
  [[nodiscard]] Status Set(const std::string& device, Taint taint);
  // Errors: kNotFound (it has none).
  [[nodiscard]] Status Remove(const std::string& device);
  // Those that hold at `now`. The same table as long as none changes.
  [[nodiscard]] const std::shared_ptr<const TaintTable>& Current(
      SteadyTime now);

 private:
  std::shared_ptr<const TaintTable> table_;
};

}  // namespace acceld::daemon
