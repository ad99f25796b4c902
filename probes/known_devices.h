// What probes keep of PCI functions and of the devices of a class (network
// interfaces, NVMe controllers) from one run to the next, and what of it an
// event makes old. A device of a class comes, goes, moves and gets another name
// with events of its class, and another driver with events of its function.
// Values; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "probes/changes.h"
#include "probes/fact_reader.h"
#include "probes/known_files.h"
#include "probes/pci_address.h"
#include "probes/probe.h"

namespace acceld::probes {

// Of files in the directories of functions ("sys/bus/pci/devices/ADDRESS/...").
struct KnownFunctions final : ProbeMemory {
  // Forgets those of the functions that `changes` touches, and what is in no
  // function's directory.
  void Forget(const Changes& changes);

  KnownFiles files;
};

// Of files below the entries of classes ("sys/class/net/eth0/...") and of those
// that they lead to.
struct KnownDevices final : ProbeMemory {
  // The names in a class's directory ("sys/class/net").
  [[nodiscard]] std::vector<std::string> NamesIn(const FactReader& reader,
                                                 const std::string& directory);
  // Forgets the devices of the functions that `changes` touches; everything,
  // where it touches one of `subsystems` (the classes) or drivers.
  void Forget(const Changes& changes, std::string_view subsystems);

  KnownFiles files;
  // By directory.
  std::unordered_map<std::string, std::vector<std::string>> names;
  // By the entry ("sys/class/net/eth0"); nothing: of no function.
  std::unordered_map<std::string, std::optional<PciAddress>> functions;
};

}  // namespace acceld::probes
