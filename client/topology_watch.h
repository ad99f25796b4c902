// TopologyWatch: hears when the machine that acceld serves has changed, and
// when acceld itself comes and goes. Beside Client, which asks.
//
// For a loop of the caller's own: no thread is started. Single-threaded; no
// exception leaves it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace acceld::client {

class TopologyWatch {
 public:
  // `bus`: "system", "session" or a D-Bus address. acceld need not be there.
  // Errors: kUnavailable (no bus), kPermissionDenied.
  [[nodiscard]] static Result<TopologyWatch> Open(const std::string& bus);
  ~TopologyWatch();
  TopologyWatch(TopologyWatch&&) noexcept;
  TopologyWatch& operator=(TopologyWatch&&) noexcept;

  // Readable when something waits; the watch's own.
  [[nodiscard]] int fd() const;

  struct News {
    bool changed = false;  // a new snapshot, or another acceld: ask it
    bool left = false;     // no acceld is on the bus now
  };
  // What came since the last call; does not block. Errors: kUnavailable (the
  // bus is gone).
  [[nodiscard]] Result<News> Next();

 private:
  struct State;
  explicit TopologyWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;  // sdbus types stay in the .cc file
};

}  // namespace acceld::client
