// Machines and requests that are made to be hard to place: many equal devices,
// devices that differ by next to nothing, and requests that fail by one.
// Tests only.
#pragma once

#include <cstddef>
#include <string>

namespace acceld::testing {

// A machine document of `devices` copiers around one fabric hub, next to one
// NUMA node. Each has `instances` instances, and its link to the hub a latency
// of 200 ns and at most `spread` more: 0 makes them all equal.
[[nodiscard]] std::string StarMachine(std::size_t devices,
                                      std::size_t instances,
                                      std::size_t spread);

// A request for `stages` copies, each linked to each that follows, with
// different traffic where `uneven`, and with `rest` more members
// (", \"deadline\": \"20ms\"").
[[nodiscard]] std::string AllToAll(std::size_t stages, bool uneven,
                                   const std::string& rest);

// ", \"constraints\": [...]": no two of the stages of AllToAll() on one device.
[[nodiscard]] std::string AllOnTheirOwn(std::size_t stages);

}  // namespace acceld::testing
