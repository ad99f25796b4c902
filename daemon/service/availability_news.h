// AvailabilityNews: which connection is to be told when that something was
// taken or given back of devices that it may see. What it may not see causes
// nothing: no signal, and no delay of one. Loop thread only; no D-Bus here.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace acceld::daemon {

class AvailabilityNews {
 public:
  // Between two signals to one connection: fifty in a second tell as much as
  // thousands, and neither the daemon nor the bus is kept busy by them.
  static constexpr std::chrono::milliseconds kPause{20};

  // By unique bus name.
  void Add(const std::string& connection) {
    connections_.try_emplace(connection, Told{last_, {}});
  }
  void Remove(const std::string& connection);

  // Something of `device` (key) was taken or given back. Whether there is
  // anybody to be told of anything.
  bool Note(const std::string& device);

  // Whether a connection may see a device now.
  using Shows = std::function<bool(const std::string& connection,
                                   const std::string& device)>;
  struct News {
    std::string connection;
    std::vector<std::string> devices;  // keys, sorted
  };
  // What is to be sent at once; it counts as sent. Complexity: connections
  // times devices that changed since each was asked about.
  [[nodiscard]] std::vector<News> Due(SteadyTime now, const Shows& shows);
  // When Due() may have something for a connection that it passed over because
  // it was told just before; nothing where there is none.
  [[nodiscard]] std::optional<SteadyTime> NextDue() const;

 private:
  struct Told {
    std::uint64_t seen;  // the last change that it was asked about
    std::optional<SteadyTime> at;
  };
  void ForgetOld();

  std::uint64_t last_ = 0;                        // number of the last change
  std::map<std::string, std::uint64_t> changes_;  // by device: its last one
  std::map<std::string, Told> connections_;
};

}  // namespace acceld::daemon
