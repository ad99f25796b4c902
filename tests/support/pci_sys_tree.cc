#include "tests/support/pci_sys_tree.h"

#include <array>
#include <cstdio>

namespace acceld::testing {
namespace {

std::string Hex(int digits, int value) {
  std::array<char, 16> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "0x%0*x\n", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

ConfigBytes::ConfigBytes(std::uint16_t vendor, std::uint16_t device,
                         bool is_bridge)
    : bytes_(4096, '\0') {
  Word(0x00, vendor);
  Word(0x02, device);
  Word(0x0e, is_bridge ? 1 : 0);  // header type
}

ConfigBytes& ConfigBytes::Express(int port_type) {
  Word(0x06, 0x0010);  // status: there is a capability list
  Word(0x34, 0x0040);  // its first entry
  Word(0x40, 0x0010);  // PCI Express, the last
  return Word(0x42, static_cast<std::uint16_t>(port_type << 4 | 2));
}

ConfigBytes& ConfigBytes::PassesPrefixes() { return Word(0x66, 0x0020); }

ConfigBytes& ConfigBytes::Multifunction() {
  bytes_[0x0e] = static_cast<char>(bytes_[0x0e] | 0x80);
  return *this;
}

ConfigBytes& ConfigBytes::Extended(std::uint16_t id, std::size_t at,
                                   std::initializer_list<std::uint16_t> words) {
  Word(at, id);
  Word(at + 2, 1);  // version 1, no next
  if (last_extended_ != 0) {
    Word(last_extended_ + 2, static_cast<std::uint16_t>(at << 4 | 1));
  }
  last_extended_ = at;
  std::size_t place = at + 4;
  for (const std::uint16_t word : words) {
    Word(place, word);
    place += 2;
  }
  return *this;
}

ConfigBytes& ConfigBytes::Word(std::size_t at, std::uint16_t value) {
  bytes_[at] = static_cast<char>(value & 0xff);
  bytes_[at + 1] = static_cast<char>(value >> 8);
  return *this;
}

std::string PciSysTree::Add(const PciSpec& spec) {
  const std::string above = spec.below.starts_with("pci")
                                ? "sys/devices/" + spec.below
                                : paths_.at(spec.below);
  const std::string path = above + "/" + spec.address;
  paths_[spec.address] = path;
  tree_.AddDirectory(path);
  tree_.AddLinkTo("sys/bus/pci/devices/" + spec.address, path);
  if (spec.vendor >= 0) tree_.AddFile(path + "/vendor", Hex(4, spec.vendor));
  if (spec.device >= 0) tree_.AddFile(path + "/device", Hex(4, spec.device));
  if (spec.class_code >= 0) {
    tree_.AddFile(path + "/class", Hex(6, spec.class_code));
  }
  tree_.AddFile(path + "/numa_node", std::to_string(spec.numa_node) + "\n");
  const std::pair<const char*, const std::string&> texts[] = {
      {"/current_link_speed", spec.speed},
      {"/current_link_width", spec.width},
      {"/max_link_speed", spec.max_speed},
      {"/max_link_width", spec.max_width}};
  for (const auto& [file, text] : texts) {
    if (!text.empty()) tree_.AddFile(path + file, text + "\n");
  }
  if (!spec.config.empty()) tree_.AddFile(path + "/config", spec.config);
  if (!spec.driver.empty()) {
    tree_.AddLinkTo(path + "/driver", "sys/bus/pci/drivers/" + spec.driver);
  }
  if (spec.iommu_group >= 0) {
    tree_.AddLinkTo(
        path + "/iommu_group",
        "sys/kernel/iommu_groups/" + std::to_string(spec.iommu_group));
  }
  return path;
}

void PciSysTree::AddGroup(int group, std::string_view type) {
  tree_.AddFile("sys/kernel/iommu_groups/" + std::to_string(group) + "/type",
                std::string(type) + "\n");
}

void PciSysTree::AddIommu(const std::string& name,
                          std::initializer_list<std::string> functions) {
  const std::string path = "sys/devices/virtual/iommu/" + name;
  tree_.AddDirectory(path + "/devices");
  tree_.AddLinkTo("sys/class/iommu/" + name, path);
  for (const std::string& function : functions) {
    tree_.AddLinkTo(path + "/devices/" + function, paths_.at(function));
  }
}

void PciSysTree::LinkVirtual(const std::string& physical, int index,
                             const std::string& virtual_function) {
  tree_.AddLinkTo(paths_.at(virtual_function) + "/physfn", paths_.at(physical));
  tree_.AddLinkTo(paths_.at(physical) + "/virtfn" + std::to_string(index),
                  paths_.at(virtual_function));
}

std::string PciSysTree::AddClassDevice(const std::string& directory,
                                       const std::string& class_name,
                                       const std::string& name,
                                       std::string_view dev) {
  const std::string path = directory + "/" + class_name + "/" + name;
  tree_.AddDirectory(path);
  tree_.AddLinkTo(path + "/device", directory);
  if (!dev.empty()) tree_.AddFile(path + "/dev", std::string(dev) + "\n");
  tree_.AddLinkTo("sys/class/" + class_name + "/" + name, path);
  return path;
}

}  // namespace acceld::testing
