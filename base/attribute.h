// Attributes: what is known about a device, a node or a link, each with its
// source. The common currency of probes (which write them), the graph (which
// keeps them), selectors of policies and requests (which read them through
// AttributeView) and exports.
// Value types; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/document.h"
#include "base/units.h"

namespace acceld {

// How a value came to be known, best first. Where two facts name the same
// attribute of the same thing, the better evidence wins.
enum class Evidence {
  kMeasured,  // a measurement on this machine
  kFirmware,  // the kernel or firmware says so (sysfs, config space, ACPI)
  kComputed,  // derived from other facts by a rule that the source names
  kAssumed,   // a default; the source names the default's table
};
[[nodiscard]] std::string_view EvidenceName(Evidence evidence);
[[nodiscard]] std::optional<Evidence> ParseEvidence(std::string_view name);

// Where a value comes from: evidence and the file and attribute ("/sys/bus/
// pci/devices/0000:3a:00.0/current_link_speed") or the rule.
struct Provenance {
  Evidence evidence = Evidence::kAssumed;
  std::string source;
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

template <typename T>
struct Sourced {
  T value{};
  Provenance from;
  friend bool operator==(const Sourced&, const Sourced&) = default;
};

using AttributeValue =
    std::variant<bool, std::int64_t, std::string, std::vector<std::string>,
                 Bytes, BytesPerSecond, Nanoseconds, MegaTransfers, Lanes,
                 Microwatts>;

// The text that people and tools see: "true", "3", "16GiB", "a,b".
[[nodiscard]] std::string ToText(const AttributeValue& value);
// Booleans, integers, strings and arrays as themselves; quantities as text.
[[nodiscard]] Document ToDocument(const AttributeValue& value);

struct Attribute {
  std::string name;
  AttributeValue value;
  Provenance from;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// What selectors see of a thing. Implemented by graph vertices and by tests.
class AttributeView {
 public:
  virtual ~AttributeView() = default;
  // Null where the attribute is not known.
  [[nodiscard]] virtual const AttributeValue* Get(
      std::string_view name) const = 0;
};

// Names of the attributes that the code itself reads. A probe may record any
// others; docs/attributes.md lists all of them (a test compares).
namespace attr {
inline constexpr std::string_view kName = "name";      // for people
inline constexpr std::string_view kVendor = "vendor";  // "8086"
inline constexpr std::string_view kDevice = "device";  // "0b25"
inline constexpr std::string_view kClass = "class";    // "088000"
inline constexpr std::string_view kDriver = "driver";
inline constexpr std::string_view kFramework = "framework";  // "drm", "uacce"
inline constexpr std::string_view kFunctions = "functions";  // string list
inline constexpr std::string_view kAddress = "address";      // PCI BDF
inline constexpr std::string_view kPortType = "port_type";
inline constexpr std::string_view kNumaNode = "numa_node";  // OS index
inline constexpr std::string_view kOsIndex = "os_index";
inline constexpr std::string_view kCpus = "cpus";  // "0-3,8"
inline constexpr std::string_view kIommuGroup = "iommu_group";
inline constexpr std::string_view kMemoryKind = "memory_kind";  // "hbm"
inline constexpr std::string_view kCapacity = "capacity";       // Bytes
inline constexpr std::string_view kNodePath = "node";  // "/dev/dri/..."
inline constexpr std::string_view kDeviceNumber = "device_number";  // "226:128"
inline constexpr std::string_view kGrant = "grant";
// fd | ticket | path | soft | none
inline constexpr std::string_view kSharing = "sharing_class";
// single-shot | single-user | multi-app
inline constexpr std::string_view kInstances = "instances";  // opens in all
inline constexpr std::string_view kInstancesFree = "instances_free";
inline constexpr std::string_view kPasidWidth = "pasid_width";  // bits
inline constexpr std::string_view kPasidEnabled = "pasid_enabled";
inline constexpr std::string_view kAtsEnabled = "ats_enabled";
inline constexpr std::string_view kPriEnabled = "pri_enabled";
inline constexpr std::string_view kSva = "sva";  // proven|possible|no|unknown
inline constexpr std::string_view kSvaReasons = "sva_reasons";  // string list
inline constexpr std::string_view kSvaCaveats = "sva_caveats";  // string list
inline constexpr std::string_view kHealth = "health";  // ok|degraded|failed
inline constexpr std::string_view kHealthReason = "health_reason";
inline constexpr std::string_view kMemory = "memory";  // Bytes, the device's
inline constexpr std::string_view kMemoryUsed = "memory_used";  // Bytes
inline constexpr std::string_view kPackage = "package";         // OS index
inline constexpr std::string_view kPower = "power";  // Microwatts, rated
inline constexpr std::string_view kDriverVersion = "driver_version";
inline constexpr std::string_view kFirmwareVersion = "firmware_version";
}  // namespace attr

}  // namespace acceld
