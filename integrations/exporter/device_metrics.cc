#include "integrations/exporter/device_metrics.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/document_fields.h"
#include "integrations/exporter/fields.h"

namespace acceld::exporter {
namespace {

constexpr Family kInfo{
    "acceld_device_info",
    "1 for each device that the exporter's user may use, with what it is."};
constexpr Family kFunction{"acceld_device_function_info",
                           "1 for each function that a device offers."};
constexpr Family kCapacity{
    "acceld_device_capacity",
    "Opens of the device that leases can hold at a time; absent where that is "
    "not limited."};
constexpr Family kInUse{"acceld_device_in_use",
                        "Opens of the device that leases hold."};
constexpr Family kMemory{"acceld_device_memory_bytes",
                         "Memory of the device's own."};
constexpr Family kHealth{
    "acceld_device_health",
    "1 for the state of health that the device is in, 0 for the others."};
constexpr Family kSva{
    "acceld_device_sva_verdict",
    "1 for what is known of binds of address spaces on the device, 0 for the "
    "others."};
constexpr Family kTaint{
    "acceld_device_tainted",
    "1 where a taint refuses the device to new leases, or has it avoided."};
constexpr Family kQuarantined{
    "acceld_device_quarantined_leases",
    "Leases on the device that ended and are not proven closed."};
constexpr Family kOldest{
    "acceld_device_quarantine_oldest_seconds",
    "How long the first of them has waited; 0 where there are none."};

constexpr std::array kHealthStates{"ok", "degraded", "failed", "unknown"};
constexpr std::array kSvaStates{"unknown", "proven", "refused"};
constexpr std::array kEffects{"refuse", "avoid"};
constexpr double kNanosecondsPerSecond = 1e9;

// One series for each value that the state may have.
template <typename Values>
void AddStates(const Family& family, const std::string& device,
               const char* label, const Values& values, std::string_view state,
               Families& families) {
  for (const std::string_view value : values) {
    families.AddGauge(family, value == state ? 1 : 0,
                      {{"device", device}, {label, std::string(value)}});
  }
}

std::string StateIn(const Document& device, std::string_view property,
                    std::string_view key) {
  const Document* state = device.Find(property);
  return state == nullptr ? std::string() : TextIn(*state, key);
}

std::optional<double> MemoryOf(const Document& device) {
  const Document* attributes = device.Find("Attributes");
  if (attributes == nullptr) return std::nullopt;
  const Document* memory = attributes->Find("memory");
  return memory == nullptr ? std::nullopt : NumberIn(*memory, "value");
}

void AddWhatItIs(const std::string& key, const Document& device,
                 Families& families) {
  families.AddGauge(kInfo, 1,
                    {{"device", key},
                     {"framework", TextIn(device, "Framework")},
                     {"numa_node", TextIn(device, "NumaNode")},
                     {"package", TextIn(device, "Package")},
                     {"pci_function", TextIn(device, "PciFunction")}});
  for (const Document& function : ArrayIn(device, "Functions")) {
    if (function.AsString() == nullptr) continue;
    families.AddGauge(kFunction, 1,
                      {{"device", key}, {"function", *function.AsString()}});
  }
  if (const auto memory = MemoryOf(device)) {
    families.AddGauge(kMemory, *memory, {{"device", key}});
  }
}

void AddQuarantine(const std::string& key, const Document& device,
                   Families& families) {
  const Document::Array& stays = ArrayIn(device, "Quarantine");
  double oldest = 0;
  for (const Document& stay : stays) {
    oldest = std::max(oldest, NumberIn(stay, "age_ns").value_or(0));
  }
  families.AddGauge(kQuarantined, static_cast<double>(stays.size()),
                    {{"device", key}});
  families.AddGauge(kOldest, oldest / kNanosecondsPerSecond, {{"device", key}});
}

void AddDevice(const std::string& key, const Document& device,
               Families& families) {
  AddWhatItIs(key, device, families);
  const auto capacity = NumberIn(device, "Capacity");
  if (capacity && *capacity >= 0) {
    families.AddGauge(kCapacity, *capacity, {{"device", key}});
  }
  if (const auto in_use = NumberIn(device, "InUse")) {
    families.AddGauge(kInUse, *in_use, {{"device", key}});
  }
  AddStates(kHealth, key, "health", kHealthStates, TextIn(device, "Health"),
            families);
  AddStates(kSva, key, "verdict", kSvaStates,
            StateIn(device, "SvaVerdict", "state"), families);
  AddStates(kTaint, key, "effect", kEffects, StateIn(device, "Taint", "effect"),
            families);
  AddQuarantine(key, device, families);
}

}  // namespace

void AddDeviceMetrics(const Document& devices, Families& families) {
  if (devices.AsArray() == nullptr) return;
  for (const Document& device : *devices.AsArray()) {
    const std::string key = TextIn(device, "Key");
    if (!key.empty()) AddDevice(key, device, families);
  }
}

}  // namespace acceld::exporter
