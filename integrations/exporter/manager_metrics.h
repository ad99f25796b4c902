// What is told of the daemon and of requests as metrics (docs/metrics.md).
// Pure; thread-safe.
#pragma once

#include "base/document.h"
#include "integrations/exporter/families.h"

namespace acceld::exporter {

// `properties`: as client::Client::Properties() gives them.
void AddManagerMetrics(const Document& properties, Families& families);

}  // namespace acceld::exporter
