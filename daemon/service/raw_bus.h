// The sd-bus objects beneath sdbus-c++, for the few things that it does not
// offer: message filters, attaching to sd-event, replies to calls that no
// object handles. Loop thread only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-bus.h>

#include <functional>

namespace acceld::daemon {

class RawBus {
 public:
  // The connection that `object` is on; it must outlive this.
  explicit RawBus(sdbus::IObject& object);

  [[nodiscard]] sd_bus* get() const { return bus_; }

  // Answers `call` with what `fill` writes. Returns a negative errno where the
  // reply cannot be made or sent.
  [[nodiscard]] int Reply(
      sd_bus_message* call,
      const std::function<void(sdbus::Message&)>& fill) const;

 private:
  sd_bus* bus_ = nullptr;  // borrowed
  sdbus::internal::ISdBus* library_ = nullptr;
};

}  // namespace acceld::daemon
