// SysTree: a recorded machine that a test writes itself, a directory tree like
// / with sys/ and proc/ in it. Lives in a temporary directory and is removed
// with the object.
//
// Single-threaded. A call that fails (a bad path, a full disk) fails the test
// through GoogleTest and goes on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sys_root.h"

namespace acceld::testing {

// What the kernel exports of one NUMA node. Fields left empty are not written.
struct NumaNodeSpec {
  int index = 0;
  std::string cpus;          // "0-3"; empty: no CPUs (an empty cpulist)
  long long memory_kib = 0;  // MemTotal
  std::string distance;      // "10 21"
  bool generic_initiator = false;
};

// One accessN class of a memory target, in the kernel's units: MiB/s and ns.
// A value of 0 is written as the kernel writes it: 0, "not given".
struct AccessSpec {
  int target = 0;
  int access_class = 1;  // accessN
  std::vector<int> initiators;
  int read_latency = 0;
  int write_latency = 0;
  int read_bandwidth = 0;
  int write_bandwidth = 0;
};

class SysTree {
 public:
  SysTree();
  ~SysTree();
  SysTree(const SysTree&) = delete;
  SysTree& operator=(const SysTree&) = delete;

  [[nodiscard]] const std::string& directory() const { return directory_; }
  // The tree as the probes see it.
  [[nodiscard]] SysRoot root() const;

  // All paths are relative to the tree ("sys/class/drm"); directories on the
  // way are made. AddFile replaces what is there.
  void AddFile(std::string_view path, std::string_view bytes);
  void AddDirectory(std::string_view path);
  // A symbolic link with this text (relative to the link, as in sysfs, or
  // absolute within the tree).
  void AddLink(std::string_view path, std::string_view text);
  // A link at `path` to `target`, both relative to the tree; the text is made
  // relative as sysfs does.
  void AddLinkTo(std::string_view path, std::string_view target);
  void Remove(std::string_view path);

  // sys/devices/system/cpu/cpuN with its topology. Keep `online` in step with
  // SetOnlineCpus.
  void AddCpu(int cpu, int package, int core);
  void SetOnlineCpus(
      std::string_view list);  // "0-7": online, possible, present
  // sys/devices/system/node/nodeN. The nodes' online, possible, has_cpu,
  // has_memory and has_generic_initiator lists are kept in step.
  void AddNumaNode(const NumaNodeSpec& node);
  void AddAccess(const AccessSpec& access);
  // sys/firmware/acpi/tables/NAME with its checksum made right.
  void AddAcpiTable(std::string_view name, std::string table);

 private:
  [[nodiscard]] std::string Absolute(std::string_view path) const;
  void WriteNodeLists();

  std::string directory_;
  std::vector<NumaNodeSpec> nodes_;
};

// An ACPI table: the 36-byte header (signature, length, revision, right
// checksum) and then `body`.
[[nodiscard]] std::string MakeAcpiTable(std::string_view signature,
                                        int revision, std::string_view body);
// `value` in `bytes` bytes, little-endian: what ACPI tables are made of.
[[nodiscard]] std::string LittleEndian(unsigned long long value, int bytes);

}  // namespace acceld::testing
