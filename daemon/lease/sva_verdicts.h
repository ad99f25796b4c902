// SvaVerdicts: whether binds of clients' address spaces work on each device, as
// the clients that tried said (docs/grants.md). A user's word counts for that
// user; for others only what two users, or root, agree on, so that nobody can
// deny a device to others.
// Loop thread only.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace acceld::daemon {

enum class SvaState { kUnknown, kProven, kRefused };
[[nodiscard]] std::string_view Name(SvaState state);

// What a client found.
struct SvaReport {
  uid_t user = 0;
  int sys_errno = 0;  // positive; 0: the bind succeeded
  SteadyTime when;

  [[nodiscard]] bool ok() const { return sys_errno == 0; }
};

// "ENODEV: the device has no SVA domain"; what iommu_sva_bind_device() and the
// drivers' open() mean by it. Source: drivers/iommu/iommu-sva.c.
[[nodiscard]] std::string MeaningOfBindError(int sys_errno);
// Whether the error says something about the device rather than about the
// moment: only such a report makes a device refused.
[[nodiscard]] bool IsLastingBindError(int sys_errno);

class SvaVerdicts {
 public:
  // Of this many users a device remembers the last word; then the oldest goes.
  static constexpr std::size_t kMaxUsers = 64;

  struct Verdict {
    SvaState state = SvaState::kUnknown;
    // What decided it; nothing where the state is kUnknown.
    std::optional<SvaReport> report;
    // The last failure that passes (no PASID free), whoever's: shown, no more.
    std::optional<SvaReport> passing;
  };

  // `marks`: what the report is true of; where that changes (Keep), it is
  // forgotten.
  void Record(const std::string& device, const std::string& marks,
              const SvaReport& report);
  // What holds for requests of `user`: its own last word; else root's; else
  // proven where a bind succeeded; else refused where two users say so.
  [[nodiscard]] Verdict For(const std::string& device, uid_t user) const;
  // The devices that are refused for `user`, and why.
  [[nodiscard]] std::map<std::string, std::string> RefusedFor(uid_t user) const;
  // Forgets what is not true any more: `marks_of` gives a device's marks now,
  // nothing where it has left.
  void Keep(const std::function<
            std::optional<std::string>(const std::string& device)>& marks_of);

 private:
  struct Reports {
    std::string marks;
    std::map<uid_t, SvaReport> lasting;  // each user's last
    std::optional<SvaReport> passing;
  };
  std::map<std::string, Reports> devices_;
};

}  // namespace acceld::daemon
