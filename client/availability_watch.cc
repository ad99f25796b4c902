#include "client/availability_watch.h"

#include "base/document.h"

namespace acceld::client {

Result<AvailabilityWatch> AvailabilityWatch::Open(const std::string& bus) {
  ACCELD_TRY(SignalWatch signals,
             SignalWatch::Open(bus, {{"AvailabilityChanged", "PolicyChanged",
                                      "TopologyChanged"},
                                     "WatchAvailability",
                                     Document::Object{}}));
  return AvailabilityWatch(std::move(signals));
}

}  // namespace acceld::client
