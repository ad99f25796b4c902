// The machine that a case runs on: what tests/vm/guest/machine.py configured,
// and what the probes make of it. Cases only.
#pragma once

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

// Writes to an attribute of sysfs; fails the case where it cannot.
void WriteAttribute(const std::string& path, const std::string& text);

// The text of an attribute of `key`; "" where there is none.
[[nodiscard]] std::string TextOf(const graph::Topology& topology,
                                 const std::string& key,
                                 const std::string& attribute);

}  // namespace acceld::vm
