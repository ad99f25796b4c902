#include "daemon/service/raw_bus.h"

#include <cerrno>

namespace acceld::daemon {
namespace {

// sdbus-c++ 1.2 keeps these protected and gives no other way to them.
class Opened : public sdbus::Message {
 public:
  Opened(sd_bus_message* message, sdbus::internal::ISdBus* library)
      : Message(message, library, sdbus::adopt_message) {}
  static sd_bus_message* MessageOf(const sdbus::Message& message) {
    return static_cast<sd_bus_message*>(message.*(&Opened::msg_));
  }
  static sdbus::internal::ISdBus* LibraryOf(const sdbus::Message& message) {
    return message.*(&Opened::sdbus_);
  }
};

}  // namespace

RawBus::RawBus(sdbus::IObject& object) {
  const sdbus::Signal probe =
      object.createSignal("org.acceld1.Manager", "TopologyChanged");
  bus_ = sd_bus_message_get_bus(Opened::MessageOf(probe));
  library_ = Opened::LibraryOf(probe);
}

int RawBus::Reply(sd_bus_message* call,
                  const std::function<void(sdbus::Message&)>& fill) const {
  sd_bus_message* raw = nullptr;
  const int made = sd_bus_message_new_method_return(call, &raw);
  if (made < 0) return made;
  Opened reply(raw, library_);
  try {
    fill(reply);
  } catch (const sdbus::Error&) {
    return -EIO;
  }
  return sd_bus_send(nullptr, raw, nullptr);
}

}  // namespace acceld::daemon
