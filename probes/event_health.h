// EventHealth: what the kernel's events say of the health of devices, and no
// file does: a DRM or accel device that is wedged, a PCI function in or after
// error recovery, an accel device whose driver took it offline. Kept until a
// later event supersedes it: one that says it is well, or that the device or
// what it is part of came, left, was bound or unbound.
//
// Known only to who listens when the event comes.
// Bounded, whatever arrives: past kMost devices, further ones are not kept.
// A value; no threading rule.
// Source: Linux Documentation/gpu/drm-uapi.rst, "Device wedging" (WEDGED=, 6.15
// on); drivers/pci/pci-driver.c: pci_uevent_ers() (ERROR_EVENT=,
// DEVICE_ONLINE=); drivers/accel/qaic (the actions online and offline).
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "base/sys_root.h"
#include "probes/fact.h"
#include "probes/uevent.h"

namespace acceld::probes {

class EventHealth {
 public:
  // Devices spoken of at once: more than a machine has.
  static constexpr std::size_t kMost = 4096;

  // Any bytes may be in it.
  void Note(const Uevent& event);
  [[nodiscard]] bool empty() const { return said_.empty(); }

  // Adds health "failed" and health_reason to the functions and platform
  // devices concerned and to what is an accelerator of them, in front of what
  // files say: their reasons are kept. `facts` are what all probes found under
  // `root`. What a PCI bridge says holds for all below it.
  void AddTo(const SysRoot& root, FactSet& facts) const;

  friend bool operator==(const EventHealth&, const EventHealth&) = default;

 private:
  struct Said {
    std::string variable;  // "WEDGED"
    std::string reason;    // "wedged: the kernel asks for rebind"
    // Paths below it that were superseded after.
    std::set<std::string> superseded;
    friend bool operator==(const Said&, const Said&) = default;
  };
  void Say(const Uevent& event, std::string variable, std::string reason);
  // Forgets what was said of `devpath`, and of all below where `with_parts`.
  void Supersede(const std::string& devpath, bool with_parts);

  std::map<std::string, Said> said_;  // by devpath
};

}  // namespace acceld::probes
