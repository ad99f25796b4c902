#include "probes/apex_probe.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "probes/accelerator.h"
#include "probes/attribute_writer.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/apex";

// Millidegrees Celsius. From the first of three trip points on, the driver
// slows the chip down. The reading itself is not recorded: it changes by
// itself.
bool IsHot(const AttributeWriter& writer) {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kHighest = std::numeric_limits<std::int32_t>::max();
  const auto now =
      writer.reader().IntegerIn(writer.Path("temp"), kLowest, kHighest);
  const auto trip = writer.reader().IntegerIn(writer.Path("trip_point0_temp"),
                                              kLowest, kHighest);
  return now && trip && *now >= *trip;
}

// Source: gasket_core.c: gasket_status_name_table.
void AddHealth(const AttributeWriter& writer) {
  const std::string file = writer.Path("status");
  const auto status = writer.reader().Text(file);
  if (!status) return;
  HealthReport report;
  if (*status == "DEAD" || *status == "DRIVER_EXITING") {
    report.Failed("the driver says: " + *status, file);
  } else if (*status == "LAMED") {
    report.Degraded("the driver says: " + *status, file);
  } else if (*status == "ALIVE") {
    report.Ok(file);
  } else {
    writer.reader().Fault(file, ErrorCode::kCorruptInput, "no known status");
  }
  if (IsHot(writer)) {
    report.Degraded("too hot: the driver slows the chip down",
                    writer.Path("temp"));
  }
  report.AddTo(writer.reader().facts(), writer.key());
}

// The first process that opens it for writing owns it until it has closed all.
void AddOwner(const AttributeWriter& writer) {
  const std::string file = writer.Path("is_device_owned");
  const auto owned = writer.reader().IntegerIn(file, 0, 1);
  if (!owned) return;
  writer.AddFrom("is_device_owned", attr::kInstancesFree, 1 - *owned);
  if (*owned == 0) return;
  const auto owner = writer.reader().IntegerIn(
      writer.Path("device_owner"), 1, std::numeric_limits<std::int32_t>::max());
  if (!owner) return;
  writer.AddFrom("device_owner", "holders",
                 std::vector<std::string>{std::to_string(*owner)});
}

}  // namespace

void RunApexProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    const auto tpu = AddAccelerator(
        reader, index,
        {"apex", std::string(kClass) + "/" + name, name, "/dev/"});
    if (!tpu) continue;
    AddTraits(reader, *tpu, ApexDriver());
    const AttributeWriter writer(reader, tpu->key, tpu->class_path);
    writer.CopyText("framework_version", "framework_version");
    writer.CopyText("revision", "hardware_version");
    writer.CopyInteger("reset_count", "hard_resets");
    AddHealth(writer);
    AddOwner(writer);
  }
}

}  // namespace acceld::probes
