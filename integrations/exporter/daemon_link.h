// DaemonLink: the exporter's way to acceld. Connects when it is asked, and
// again after the daemon or the bus was away; never starts the daemon: that it
// was stopped is for the metrics to say. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "client/client.h"
#include "integrations/exporter/collector.h"

namespace acceld::exporter {

class DaemonLink {
 public:
  // `bus`: "system", "session" or a D-Bus address.
  explicit DaemonLink(std::string bus) : bus_(std::move(bus)) {}

  // Errors: those of client::Client::Connect and of the calls.
  [[nodiscard]] Result<Told> Ask();

 private:
  const std::string bus_;
  std::optional<client::Client> client_;
};

}  // namespace acceld::exporter
