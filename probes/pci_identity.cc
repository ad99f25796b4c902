#include "probes/pci_identity.h"

#include <algorithm>
#include <charconv>

namespace acceld::probes {
namespace {

// The PCI probe writes these as hexadecimal digits without a prefix.
std::int64_t HexOf(const FactIndex& index, const std::string& key,
                   std::string_view name) {
  const Attribute* attribute = index.Get(key, name);
  if (attribute == nullptr) return PciIdentity::kUnknown;
  const std::string text = ToText(attribute->value);
  std::int64_t value = PciIdentity::kUnknown;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, 16);
  return parsed.ec == std::errc() && parsed.ptr == end ? value
                                                       : PciIdentity::kUnknown;
}

}  // namespace

PciIdentity IdentityOf(const FactIndex& index, const std::string& key) {
  PciIdentity identity;
  identity.vendor = HexOf(index, key, attr::kVendor);
  identity.device = HexOf(index, key, attr::kDevice);
  identity.class_code = HexOf(index, key, attr::kClass);
  if (const Attribute* driver = index.Get(key, attr::kDriver)) {
    identity.driver = ToText(driver->value);
  }
  return identity;
}

bool IsVfioDriver(std::string_view driver) {
  while (!driver.empty()) {
    const std::size_t size =
        std::min(driver.find_first_of("-_"), driver.size());
    if (driver.substr(0, size) == "vfio") return true;
    driver.remove_prefix(std::min(size + 1, driver.size()));
  }
  return false;
}

}  // namespace acceld::probes
