// Remembers whose workers died of late, so that a worker that cannot live is
// not started again and again. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

#include "base/clock.h"

namespace acceld::soft {

class DeathRecord {
 public:
  // A user whose workers died kAllowed times within kWithin waits until the
  // first of these deaths is that long ago: an accident is forgiven at once, a
  // program that does not start costs three attempts in ten seconds.
  static constexpr std::size_t kAllowed = 3;
  static constexpr std::chrono::seconds kWithin{10};

  void Note(uid_t user, SteadyTime now);
  [[nodiscard]] bool MayStart(uid_t user, SteadyTime now);

 private:
  void Forget(SteadyTime now);
  std::map<uid_t, std::vector<SteadyTime>> deaths_;  // recent ones only
};

}  // namespace acceld::soft
