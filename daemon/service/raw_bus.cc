#include "daemon/service/raw_bus.h"

namespace acceld::daemon {
namespace {

// sdbus-c++ 1.2 keeps the message protected and gives no other way to it.
class Opened : public sdbus::Message {
 public:
  static sd_bus_message* MessageOf(const sdbus::Message& message) {
    return static_cast<sd_bus_message*>(message.*(&Opened::msg_));
  }
};

}  // namespace

sd_bus* RawBusOf(sdbus::IObject& object) {
  const sdbus::Signal probe =
      object.createSignal("org.acceld1.Manager", "TopologyChanged");
  return sd_bus_message_get_bus(Opened::MessageOf(probe));
}

}  // namespace acceld::daemon
