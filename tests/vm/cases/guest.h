// The machine that a case runs on: what tests/vm/guest/machine.py configured,
// and what the probes make of it. Cases only.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/document.h"
#include "graph/topology.h"

namespace acceld::vm {

// "debian" or "sva".
[[nodiscard]] std::string GuestName();

// What was configured (/etc/acceld-machine.json). Ends the program where that
// is not there: this is no guest.
[[nodiscard]] const Document& Configured();

// Probes this machine.
[[nodiscard]] std::shared_ptr<const graph::Topology> ProbeGuest();

// The names in a directory, sorted; read without the probes' own code.
[[nodiscard]] std::vector<std::string> NamesIn(const std::string& directory);

// A uacce device of this kernel.
struct UacceDevice {
  std::string name;     // "edu-0"
  std::string node;     // "/dev/edu-0"
  std::string address;  // of its PCI function
  // Below the socket's switch: no PASID reaches it. Else on a root port.
  bool is_switched = false;
};
// All of them, by address; none where no driver was built for this kernel.
[[nodiscard]] std::vector<UacceDevice> UacceDevices();
// One that can be opened: in the guest `sva` one with PASID. `index`: which.
// Ends the program where there is none.
[[nodiscard]] UacceDevice UsableUacce(std::size_t index = 0);

// Writes to an attribute of sysfs; fails the case where it cannot.
void WriteAttribute(const std::string& path, const std::string& text);

// The text of an attribute of `key`; "" where there is none.
[[nodiscard]] std::string TextOf(const graph::Topology& topology,
                                 const std::string& key,
                                 const std::string& attribute);

}  // namespace acceld::vm
