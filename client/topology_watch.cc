#include "client/topology_watch.h"

namespace acceld::client {

Result<TopologyWatch> TopologyWatch::Open(const std::string& bus) {
  ACCELD_TRY(SignalWatch signals,
             SignalWatch::Open(bus, {{"TopologyChanged"}, "", {}}));
  return TopologyWatch(std::move(signals));
}

}  // namespace acceld::client
