#include "graph/pci_class.h"

#include "base/utf8.h"

namespace acceld::graph {
namespace {

struct Class {
  std::string_view prefix;  // the longest that fits decides
  std::string_view name;
};

// Longer prefixes before the shorter ones that contain them.
constexpr Class kClasses[] = {
    {"00", ""},  // made before there were classes
    {"0100", "SCSI"},
    {"0104", "RAID"},
    {"0106", "SATA"},
    {"0107", "SAS"},
    {"0108", "NVMe"},
    {"01", "storage"},
    {"0200", "Ethernet"},
    {"0207", "InfiniBand"},
    {"02", "network"},
    {"0300", "VGA"},
    {"0302", "3D"},
    {"03", "display"},
    {"0403", "audio"},
    {"04", "multimedia"},
    {"0502", "CXL memory"},
    {"05", "memory controller"},
    {"0600", "host bridge"},
    {"0601", "ISA bridge"},
    {"0604", "PCI bridge"},
    {"06", "bridge"},
    {"0700", "serial port"},
    {"07", "communication"},
    {"0806", "IOMMU"},
    {"08", "system peripheral"},
    {"09", "input device"},
    {"0b40", "coprocessor"},
    {"0b", "processor"},
    {"0c03", "USB"},
    {"0c05", "SMBus"},
    {"0c06", "InfiniBand"},
    {"0c", "serial bus"},
    {"0d", "wireless"},
    {"10", "encryption"},
    {"11", "signal processing"},
    {"12", "processing accelerator"},
    {"13", "instrumentation"},
    {"ff", ""},  // fits none
};

}  // namespace

std::string ClassName(std::string_view code) {
  for (const Class& known : kClasses) {
    if (code.starts_with(known.prefix)) return std::string(known.name);
  }
  return "class " + Printable(code);
}

}  // namespace acceld::graph
