#include "integrations/exporter/daemon_link.h"

#include <chrono>

namespace acceld::exporter {
namespace {

// Of each of the two calls: both in less than the ten seconds that Prometheus
// waits for a scrape.
constexpr std::chrono::seconds kPatience{4};

}  // namespace

Result<Told> DaemonLink::Ask() {
  if (!client_) {
    ACCELD_TRY(client_,
               client::Client::Connect(
                   {.bus = bus_, .patience = kPatience, .start = false}));
  }
  Told told;
  ACCELD_TRY(told.properties, client_->Properties());
  ACCELD_TRY(told.devices, client_->ListDevices());
  return told;
}

}  // namespace acceld::exporter
