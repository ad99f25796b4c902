// The health of what no framework speaks of: PCIe errors of the functions that
// accelerators are part of.
//
// The rule. Errors that the link or the function could not correct lost data:
// a function with a fatal error, or with a non-fatal one other than an
// unsupported request, is "degraded" and `health_reason` counts them; else it
// is "ok". Unsupported requests are not its fault: software that looks for what
// is not there makes them. Never "failed": the driver is still there, and only
// it knows. A function that sleeps (power_state "D3cold") is no worse for it.
// An accelerator whose framework says nothing has its function's health; the
// framework's word stands.
//
// Source: /sys/bus/pci/devices/ADDRESS/{aer_dev_fatal,aer_dev_nonfatal} (Linux
// 4.19), counted since the function was found; reading them wakes nothing.
// Runs after all probes of frameworks.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"

namespace acceld::probes {

void RunPciHealthProbe(const SysRoot& root, FactSet& facts);

// The same facts; functions whose errors nobody counts are asked again only
// where `changes` touches them. Counters are read each time.
bool RerunPciHealthProbe(const SysRoot& root, const Changes& changes,
                         std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
