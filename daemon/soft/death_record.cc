#include "daemon/soft/death_record.h"

namespace acceld::soft {

void DeathRecord::Note(uid_t user, SteadyTime now) {
  Forget(now);
  deaths_[user].push_back(now);
}

bool DeathRecord::MayStart(uid_t user, SteadyTime now) {
  Forget(now);
  const auto found = deaths_.find(user);
  return found == deaths_.end() || found->second.size() < kAllowed;
}

void DeathRecord::Forget(SteadyTime now) {
  const auto is_old = [now](SteadyTime death) {
    return now - death >= kWithin;
  };
  for (auto& [user, times] : deaths_) std::erase_if(times, is_old);
  std::erase_if(deaths_,
                [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace acceld::soft
