#include "probes/known_devices.h"

#include <algorithm>
#include <cstddef>

namespace acceld::probes {

void KnownFunctions::Forget(const Changes& changes) {
  files.Forget([&changes](const std::string& path) {
    const auto function = PciAddressInPath(path);
    return !function || changes.Touches(*function);
  });
}

std::vector<std::string> KnownDevices::NamesIn(const FactReader& reader,
                                               const std::string& directory) {
  const auto known = names.find(directory);
  if (known != names.end()) return known->second;
  const std::size_t faults = reader.facts().faults.size();
  std::vector<std::string> read = reader.Names(directory);
  if (reader.facts().faults.size() == faults) names.emplace(directory, read);
  return read;
}

void KnownDevices::Forget(const Changes& changes, std::string_view subsystems) {
  // A module brings a driver's version.
  if (changes.AnyOf(subsystems) || changes.AnyOf("drivers module")) {
    files = {};
    names.clear();
    functions.clear();
    return;
  }
  std::vector<std::string> old;  // "sys/class/net/eth0/"
  std::erase_if(functions, [&](const auto& device) {
    if (!device.second || !changes.Touches(*device.second)) return false;
    old.push_back(device.first + "/");
    return true;
  });
  if (old.empty()) return;
  files.Forget([&old](const std::string& path) {
    // What devices share is not theirs to know of.
    return !path.starts_with("sys/class/") ||
           std::any_of(old.begin(), old.end(), [&path](const auto& entry) {
             return path.starts_with(entry);
           });
  });
}

}  // namespace acceld::probes
