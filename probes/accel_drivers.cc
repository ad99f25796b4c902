#include "probes/accel_drivers.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/attribute_writer.h"
#include "probes/health_report.h"

namespace acceld::probes {
namespace {

void CopyClock(const AttributeWriter& writer, std::string_view file) {
  constexpr std::int64_t kMostMegahertz = 100'000;
  const auto megahertz =
      writer.reader().IntegerIn(writer.Path(file), 0, kMostMegahertz);
  if (!megahertz) return;
  writer.AddFrom(file, "max_clock", std::to_string(*megahertz) + "MHz");
}

struct Status {
  std::string_view word;    // the driver's, in lower case with spaces
  std::string_view health;  // empty: no known word
};
// "disabled" is what the driver shows for a malfunction; devices in a reset or
// being made come back by themselves.
// Source: drivers/accel/habanalabs/common/habanalabs_drv.c: create_hdev.
constexpr std::array kStatuses = {
    Status{"operational", "ok"},
    Status{"in reset", "degraded"},
    Status{"in reset after device release", "degraded"},
    Status{"in device creation", "degraded"},
    Status{"needs reset", "failed"},
    Status{"disabled", "failed"},
    Status{"malfunction", "failed"},
};

// Whether the device works, as its status says. The word has been written in
// several ways: "Operational", "IN_RESET".
bool AddHabanaHealth(const AttributeWriter& writer) {
  const std::string says = "the driver says: ";
  const std::string file = writer.Path("status");
  const auto text = writer.reader().Text(file);
  if (!text) return false;
  std::string word = *text;
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '_' ? ' ' : c;
  });
  for (const Status& status : kStatuses) {
    if (status.word != word) continue;
    HealthReport report;
    if (status.health == "ok") report.Ok(file);
    if (status.health == "degraded") report.Degraded(says + word, file);
    if (status.health == "failed") report.Failed(says + word, file);
    report.AddTo(writer.reader().facts(), writer.key());
    return status.health == "ok";
  }
  writer.reader().Fault(file, ErrorCode::kCorruptInput,
                        "'" + text->substr(0, 40) + "' is no known status");
  return false;
}

void AddHabanalabs(const AttributeWriter& writer, const Accelerator&) {
  constexpr std::array<std::string_view, 8> kParts = {
      "cpld_ver",        "cpucp_kernel_ver", "cpucp_ver", "fuse_ver",
      "preboot_btl_ver", "thermal_ver",      "uboot_ver", "vrm_ver"};
  writer.CopyText("device_type", "model");
  writer.CopyInteger("module_id", "module_id");
  writer.CopyFlag("security_enabled", "secured");
  writer.CopyInteger("hard_reset_cnt", "hard_resets");
  writer.CopyInteger("soft_reset_cnt", "soft_resets");
  writer.CopyText("fw_os_ver", attr::kFirmwareVersion);
  std::vector<std::string> parts;
  for (const std::string_view part : kParts) {
    const auto version = writer.reader().Text(writer.Path(part));
    if (!version || version->empty()) continue;
    parts.push_back(std::string(part.substr(0, part.rfind('_'))) + " " +
                    Printable(*version));
  }
  if (!parts.empty()) {
    writer.AddFrom("*_ver", "firmware_parts", std::move(parts));
  }
  // The device is asked for its clock, and does not answer (ENODEV) unless it
  // works.
  if (AddHabanaHealth(writer)) CopyClock(writer, "clk_max_freq_mhz");
}

void AddIvpu(const AttributeWriter& writer, const Accelerator&) {
  writer.CopyText("sched_mode", "scheduler");
  CopyClock(writer, "freq/hw_max_freq");
}

// Channels of the DMA bridge, one for each network that is loaded.
// Source: drivers/accel/qaic/qaic_sysfs.c: dbcK_state; 0 is idle.
void AddQaicChannels(const AttributeWriter& writer,
                     const Accelerator& accelerator) {
  std::int64_t total = 0;
  std::int64_t idle = 0;
  for (const std::string& name :
       writer.reader().Names(accelerator.class_path)) {
    if (!name.starts_with("dbc") || !name.ends_with("_state")) continue;
    const auto state =
        writer.reader().IntegerIn(accelerator.class_path + "/" + name, 0, 0xff);
    if (!state) continue;
    ++total;
    if (*state == 0) ++idle;
  }
  if (total == 0) return;
  const Provenance from = FromKernel(accelerator.class_path + "/dbc*_state");
  writer.Add("dma_channels", total, from);
  writer.Add("dma_channels_idle", idle, from);
}

void AddQaic(const AttributeWriter& writer, const Accelerator& accelerator) {
  AddQaicChannels(writer, accelerator);
  HealthReport report;
  for (const std::string_view name : {"ue_count", "ue_nonfatal_count"}) {
    const std::string file = writer.Path(name);
    const auto count =
        writer.reader().IntegerIn(file, 0, AttributeWriter::kMost);
    if (!count) continue;
    if (*count == 0) {
      report.Ok(file);
      continue;
    }
    report.Degraded(std::string(name) + ": " + std::to_string(*count) +
                        " uncorrectable errors since the driver was loaded",
                    file);
  }
  report.AddTo(writer.reader().facts(), writer.key());
}

void AddAmdxdna(const AttributeWriter& writer, const Accelerator&) {
  writer.CopyText("vbnv", "model");
  writer.CopyText("fw_version", attr::kFirmwareVersion);
}

}  // namespace

void AddAccelDriverFacts(const FactReader& reader,
                         const Accelerator& accelerator) {
  struct Driver {
    std::string_view name;
    void (*add)(const AttributeWriter&, const Accelerator&);
  };
  constexpr std::array kDrivers = {
      Driver{"amdxdna", AddAmdxdna},
      Driver{"habanalabs", AddHabanalabs},
      Driver{"intel_vpu", AddIvpu},
      Driver{"qaic", AddQaic},
  };
  for (const Driver& driver : kDrivers) {
    if (driver.name != accelerator.driver) continue;
    driver.add(
        AttributeWriter(reader, accelerator.key, accelerator.device_path),
        accelerator);
  }
}

bool MapsByItself(const FactReader& reader, const Accelerator& accelerator) {
  // For root only: who may not read it is left with what open() does usually.
  const auto text = reader.root().ReadAttribute(
      accelerator.device_path + "/driver/module/parameters/force_iova");
  return text && *text == "Y";
}

}  // namespace acceld::probes
