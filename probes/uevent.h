// Uevent: what the kernel says when a device comes, goes or changes.
// A value; no threading rule.
// Source: Linux lib/kobject_uevent.c; include/linux/kobject.h (the actions).
#pragma once

#include <string>

namespace acceld::probes {

struct Uevent {
  std::string action;     // "add", "remove", "change", "bind", "unbind", ...
  std::string devpath;    // below /sys: "/devices/pci0000:3a/0000:3a:00.0"
  std::string subsystem;  // "pci", "drm"; empty: the device has none
  // What it says of the device's health (probes/event_health.h); empty: the
  // variable is not there.
  std::string wedged = {};         // WEDGED: "rebind,bus-reset"
  std::string error_event = {};    // ERROR_EVENT: "BEGIN_RECOVERY"
  std::string device_online = {};  // DEVICE_ONLINE: "0"
};

}  // namespace acceld::probes
