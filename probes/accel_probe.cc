#include "probes/accel_probe.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/accel";

// "accel0"; "accel_controlD0" of habanalabs is for its monitoring only.
bool IsAccelNode(std::string_view name) {
  constexpr std::string_view kPrefix = "accel";
  if (!name.starts_with(kPrefix)) return false;
  const std::string_view digits = name.substr(kPrefix.size());
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// habanalabs' words, in whatever case and with whatever separator.
// Source: Documentation/ABI/testing/sysfs-driver-habanalabs: status.
std::string_view HealthOf(std::string status) {
  std::transform(status.begin(), status.end(), status.begin(), [](char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '_' ? ' ' : c;
  });
  if (status == "operational") return "ok";
  if (status.starts_with("in reset") || status == "in device creation") {
    return "degraded";  // comes back by itself
  }
  if (status == "malfunction" || status == "needs reset") return "failed";
  return {};
}

void AddHealth(const FactReader& reader, const Accelerator& accelerator) {
  const std::string file = accelerator.device_path + "/status";
  const auto status = reader.Text(file);
  if (!status) return;
  const std::string_view health = HealthOf(*status);
  if (health.empty()) {
    reader.Fault(file, ErrorCode::kCorruptInput,
                 "'" + status->substr(0, 40) + "' is no known status");
    return;
  }
  reader.facts().AddAttribute(accelerator.key, attr::kHealth,
                              std::string(health), FromKernel(file));
}

// What the drivers say of themselves, under one name each.
void AddDescriptions(const FactReader& reader, const Accelerator& accelerator) {
  struct Description {
    std::string_view driver;
    std::string_view file;
    std::string_view attribute;
  };
  constexpr std::array kDescriptions = {
      Description{"amdxdna", "fw_version", "firmware_version"},
      Description{"amdxdna", "vbnv", "model"},
      Description{"habanalabs", "device_type", "model"},
  };
  for (const Description& description : kDescriptions) {
    if (accelerator.driver != description.driver) continue;
    const std::string file =
        accelerator.device_path + "/" + std::string(description.file);
    if (const auto text = reader.Text(file)) {
      reader.facts().AddAttribute(accelerator.key, description.attribute,
                                  Printable(*text), FromKernel(file));
    }
  }
}

}  // namespace

void RunAccelProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    if (!IsAccelNode(name)) continue;
    const auto accelerator = AddAccelerator(
        reader, index,
        {"accel", std::string(kClass) + "/" + name, name, "/dev/accel/"});
    if (!accelerator) continue;
    const DriverTraits& traits = AccelDriver(accelerator->driver);
    AddTraits(reader, *accelerator, traits);
    if (traits.binds_sva) InheritSva(reader, index, *accelerator);
    AddDescriptions(reader, *accelerator);
    if (accelerator->driver == "habanalabs") AddHealth(reader, *accelerator);
  }
}

}  // namespace acceld::probes
