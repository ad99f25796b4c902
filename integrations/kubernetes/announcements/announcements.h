// Announcements: what acceld announces of its devices (AvailabilityWatch), for
// a program that runs for months: heard again where the bus or acceld was away.
// One thread.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "client/availability_watch.h"

namespace acceld::kubernetes {

class Announcements {
 public:
  // `bus`: as AvailabilityWatch::Open(). Nothing is heard before Open().
  explicit Announcements(std::string bus) : bus_(std::move(bus)) {}

  // Begins to hear, where nothing is heard. That it cannot is logged once:
  // without announcements a program is slower and works.
  void Open();
  // Readable when something waits; -1: nothing is heard.
  [[nodiscard]] int fd() const { return watch_ ? watch_->fd() : -1; }
  // What came since the last call, acceld's coming and going included: whether
  // something may be otherwise than it was. Does not block.
  [[nodiscard]] bool Next();

 private:
  const std::string bus_;
  std::optional<client::AvailabilityWatch> watch_;
  std::string reason_;  // the last one that was logged
};

}  // namespace acceld::kubernetes
