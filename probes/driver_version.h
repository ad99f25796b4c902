// The version of the driver that drives a device.
// Source: /sys/bus/BUS/drivers/NAME/module/{version,taint}
// (Documentation/ABI/stable/sysfs-module), /proc/sys/kernel/osrelease.
// Adds facts; no threading rule.
#pragma once

#include <string>

#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds driver_version to `key`: what the module says, else the kernel's release
// for a driver that came with the kernel. Nothing for a module from elsewhere
// (taint "O") that says nothing. `driver_link`: the device's link to its driver
// ("sys/bus/pci/devices/0000:3a:00.0/driver"). What devices of one driver share
// is read once a reader.
void AddDriverVersion(const FactReader& reader, const std::string& key,
                      const std::string& driver_link);

// Adds firmware_version to `key` from the file at `path`; nothing where it is
// absent or empty.
void AddFirmwareVersion(const FactReader& reader, const std::string& key,
                        const std::string& path);

}  // namespace acceld::probes
