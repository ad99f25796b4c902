// PciSysTree: PCI functions in a SysTree, as the kernel lays them out, and the
// bytes of their configuration spaces.
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "tests/support/sys_tree.h"

namespace acceld::testing {

// The bytes of one configuration space, from the PCI specifications. Lists are
// linked in the order of the calls.
class ConfigBytes {
 public:
  ConfigBytes(std::uint16_t vendor, std::uint16_t device, bool is_bridge);

  // PCI Express capability at 0x40 with this device/port type.
  ConfigBytes& Express(int port_type);
  // Of it: end-to-end TLP prefixes are passed (Device Capabilities 2).
  ConfigBytes& PassesPrefixes();
  // The device has more than one function (header type).
  ConfigBytes& Multifunction();
  // An extended capability at `at` with these 16-bit words from +4 on. The
  // first must be at 0x100.
  ConfigBytes& Extended(std::uint16_t id, std::size_t at,
                        std::initializer_list<std::uint16_t> words);
  ConfigBytes& Word(std::size_t at, std::uint16_t value);

  // The first `size` bytes: 64 is what the unprivileged see.
  [[nodiscard]] std::string Bytes(std::size_t size = 4096) const {
    return bytes_.substr(0, size);
  }

 private:
  std::string bytes_;
  std::size_t last_extended_ = 0;
};

// Fields left empty (or negative) are not written.
struct PciSpec {
  std::string address;  // "0000:3a:00.0"
  std::string below;    // the bridge above ("0000:39:00.0") or a root bus
                        // ("pci0000:3a")
  int vendor = -1;
  int device = -1;
  int class_code = -1;
  std::string driver;
  int numa_node = -1;  // written as -1 too: firmware that does not say
  std::string speed;   // "8.0 GT/s PCIe"
  std::string width;   // "16"
  std::string max_speed;
  std::string max_width;
  std::string config;
  int iommu_group = -1;
};

class PciSysTree {
 public:
  explicit PciSysTree(SysTree& tree) : tree_(tree) {}

  // Adds the directory below its parent's and the bus's link to it. Returns
  // the directory ("sys/devices/pci0000:3a/0000:3a:00.0").
  std::string Add(const PciSpec& spec);
  [[nodiscard]] const std::string& PathOf(const std::string& address) const {
    return paths_.at(address);
  }

  // sys/kernel/iommu_groups/N with its type.
  void AddGroup(int group, std::string_view type);
  // sys/class/iommu/NAME, translating these functions.
  void AddIommu(const std::string& name,
                std::initializer_list<std::string> functions);
  // physfn and virtfnN links. Both functions must be there.
  void LinkVirtual(const std::string& physical, int index,
                   const std::string& virtual_function);
  // A device of a class: sys/class/CLASS/NAME -> DIRECTORY/CLASS/NAME, with
  // its `device` link and `dev` (empty: none). Returns its directory.
  std::string AddClassDevice(const std::string& directory,
                             const std::string& class_name,
                             const std::string& name, std::string_view dev);

 private:
  SysTree& tree_;
  std::map<std::string, std::string> paths_;
};

}  // namespace acceld::testing
