// What is told of devices as metrics, one set a device (docs/metrics.md).
// Pure; thread-safe.
#pragma once

#include "base/document.h"
#include "integrations/exporter/families.h"

namespace acceld::exporter {

// `devices`: as client::Client::ListDevices() gives them.
void AddDeviceMetrics(const Document& devices, Families& families);

}  // namespace acceld::exporter
