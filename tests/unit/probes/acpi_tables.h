// ACPI tables made by tests: HMAT and SRAT from the values that matter.
#pragma once

#include <string>
#include <vector>

#include "tests/support/sys_tree.h"

namespace acceld::testing {

// One System Locality structure: a matrix of entries, row by initiator.
struct LocalitySpec {
  int hierarchy = 0;  // 0: the memory itself
  int data_type = 0;  // 0 to 2 latencies, 3 to 5 bandwidths
  unsigned long long base = 1;
  std::vector<int> initiators;
  std::vector<int> targets;
  std::vector<int> entries;
};

[[nodiscard]] inline std::string MakeLocality(const LocalitySpec& spec) {
  const auto le = [](unsigned long long value, int bytes) {
    return LittleEndian(value, bytes);
  };
  std::string body = le(static_cast<unsigned>(spec.hierarchy), 1) +
                     le(static_cast<unsigned>(spec.data_type), 1) + le(0, 2) +
                     le(spec.initiators.size(), 4) +
                     le(spec.targets.size(), 4) + le(0, 4) + le(spec.base, 8);
  for (const auto* list : {&spec.initiators, &spec.targets}) {
    for (const int domain : *list) body += le(static_cast<unsigned>(domain), 4);
  }
  for (const int entry : spec.entries) {
    body += le(static_cast<unsigned>(entry), 2);
  }
  return le(1, 2) + le(0, 2) + le(8 + body.size(), 4) + body;
}

[[nodiscard]] inline std::string MakeSideCache(int domain,
                                               unsigned long long size,
                                               unsigned attributes) {
  return LittleEndian(2, 2) + LittleEndian(0, 2) + LittleEndian(32, 4) +
         LittleEndian(static_cast<unsigned>(domain), 4) + LittleEndian(0, 4) +
         LittleEndian(size, 8) + LittleEndian(attributes, 4) +
         LittleEndian(0, 4);
}

[[nodiscard]] inline std::string MakeHmat(const std::string& structures,
                                          int revision = 2) {
  return MakeAcpiTable("HMAT", revision, LittleEndian(0, 4) + structures);
}

// SRAT structures; `flags` 1 is enabled.
[[nodiscard]] inline std::string MakeCpuAffinity(unsigned domain, unsigned apic,
                                                 unsigned flags = 1) {
  return LittleEndian(0, 1) + LittleEndian(16, 1) + LittleEndian(domain, 1) +
         LittleEndian(apic, 1) + LittleEndian(flags, 4) + LittleEndian(0, 1) +
         LittleEndian(domain >> 8, 3) + LittleEndian(0, 4);
}

[[nodiscard]] inline std::string MakeMemoryAffinity(unsigned domain,
                                                    unsigned flags = 1) {
  return LittleEndian(1, 1) + LittleEndian(40, 1) + LittleEndian(domain, 4) +
         LittleEndian(0, 22) + LittleEndian(flags, 4) + LittleEndian(0, 8);
}

[[nodiscard]] inline std::string MakeGenericInitiator(unsigned domain) {
  return LittleEndian(5, 1) + LittleEndian(32, 1) + LittleEndian(0, 2) +
         LittleEndian(domain, 4) + LittleEndian(0, 16) + LittleEndian(1, 4) +
         LittleEndian(0, 4);
}

// One whose device is a PCI function; `slot` is device << 3 | function.
[[nodiscard]] inline std::string MakePciInitiator(unsigned domain,
                                                  unsigned segment,
                                                  unsigned bus, unsigned slot) {
  return LittleEndian(5, 1) + LittleEndian(32, 1) + LittleEndian(0, 1) +
         LittleEndian(1, 1) + LittleEndian(domain, 4) +
         LittleEndian(segment, 2) + LittleEndian(bus, 1) +
         LittleEndian(slot, 1) + LittleEndian(0, 12) + LittleEndian(1, 4) +
         LittleEndian(0, 4);
}

[[nodiscard]] inline std::string MakeSrat(const std::string& structures,
                                          int revision = 3) {
  return MakeAcpiTable("SRAT", revision, std::string(12, '\0') + structures);
}

}  // namespace acceld::testing
