#include "probes/changes.h"

#include <algorithm>
#include <array>
#include <vector>

namespace acceld::probes {
namespace {

// Sorted. Disks and file systems, terminals, input, sound, power, clocks: what
// a busy machine speaks of all day and no accelerator shows itself in.
constexpr std::array<std::string_view, 52> kNoise = {
    "backlight",    "bdi",
    "block",        "bluetooth",
    "bsg",          "cgroup",
    "clockevents",  "clocksource",
    "cpuid",        "drm_dp_aux_dev",
    "event_source", "filesystem",
    "gpio",         "graphics",
    "hid",          "hidraw",
    "hwmon",        "i2c",
    "i2c-adapter",  "i2c-dev",
    "ieee80211",    "input",
    "leds",         "machinecheck",
    "mem",          "mmc",
    "msr",          "mtd",
    "phy",          "power_supply",
    "powercap",     "ptp",
    "pwm",          "queues",
    "rfkill",       "rtc",
    "scsi",         "scsi_device",
    "scsi_disk",    "scsi_generic",
    "scsi_host",    "slab",
    "sound",        "spi",
    "thermal",      "tty",
    "usb",          "usbmisc",
    "vc",           "video4linux",
    "watchdog",     "workqueue",
};
static_assert(std::is_sorted(kNoise.begin(), kNoise.end()));

// No key is longer (probes/fact.h).
constexpr std::size_t kLongestName = 128;

// "0000:3a:00.0" of "/devices/pci0000:3a/0000:3a:00.0"
std::string_view LastComponent(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

void Changes::Add(const Uevent& event) {
  subsystems.insert(event.subsystem);
  // More than that at once are still known by what they are
  // (daemon/device_identity.h).
  if (event.action == "remove" && removed.size() < kMostRemoved) {
    removed.emplace(LastComponent(event.devpath).substr(0, kLongestName));
  }
  const std::vector<PciAddress> way = PciAddressesInPath(event.devpath);
  if (!way.empty()) {
    functions.insert(way.back());
    bridges.insert(way.begin(), way.end() - 1);
  }
  if (subsystems.size() > kMostNames || functions.size() > kMostNames ||
      bridges.size() > kMostNames) {
    everything = true;
    subsystems.clear();
    functions.clear();
    bridges.clear();
  }
}

bool Changes::AnyOf(std::string_view names) const {
  if (everything) return true;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    if (subsystems.contains(names.substr(0, end))) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

bool IsIrrelevant(std::string_view subsystem) {
  return std::binary_search(kNoise.begin(), kNoise.end(), subsystem);
}

}  // namespace acceld::probes
