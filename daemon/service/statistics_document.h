// What is told about requests and leases, in the words of the bus: the
// property Statistics of the manager (docs/dbus-api.md, "Statistics"). Pure.
#pragma once

#include <span>

#include "base/document.h"
#include "daemon/broker.h"

namespace acceld::daemon {

[[nodiscard]] Document StatisticsDocument(
    std::span<const Broker::NamespaceStatistics> namespaces);

}  // namespace acceld::daemon
