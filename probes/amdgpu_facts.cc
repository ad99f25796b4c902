#include "probes/amdgpu_facts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sys_root.h"
#include "base/utf8.h"
#include "probes/attribute_writer.h"
#include "probes/health_report.h"

namespace acceld::probes {
namespace {

// N of the line "ue: N"; nothing where there is none.
std::optional<std::int64_t> UncorrectableIn(std::string_view text) {
  constexpr std::string_view kWord = "ue: ";
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (!line.starts_with(kWord)) continue;
    const auto count = ParseInteger(line.substr(kWord.size()));
    if (!count || *count < 0) return std::nullopt;
    return *count;
  }
  return std::nullopt;
}

void AddHealth(const AttributeWriter& writer) {
  constexpr std::array<std::string_view, 3> kBlocks = {"gfx", "sdma", "umc"};
  HealthReport report;
  for (const std::string_view block : kBlocks) {
    const std::string file =
        writer.Path("ras/" + std::string(block) + "_err_count");
    const auto text = writer.reader().Text(file);
    if (!text) continue;  // the GPU or its firmware does not count
    const auto count = UncorrectableIn(*text);
    if (!count) {
      writer.reader().Fault(file, ErrorCode::kCorruptInput,
                            "no count of uncorrectable errors");
    } else if (*count == 0) {
      report.Ok(file);
    } else {
      report.Degraded(std::string(block) + ": " + std::to_string(*count) +
                          " uncorrectable errors",
                      file);
    }
  }
  report.AddTo(writer.reader().facts(), writer.key());
}

// "smc 0x00544a00" for each that is loaded.
void AddFirmwareParts(const AttributeWriter& writer) {
  constexpr std::string_view kDirectory = "fw_version";
  constexpr std::string_view kSuffix = "_fw_version";
  std::vector<std::string> parts;
  for (const std::string& name :
       writer.reader().Names(writer.Path(kDirectory))) {
    if (!name.ends_with(kSuffix)) continue;
    const auto version =
        writer.reader().Text(writer.Path(std::string(kDirectory) + "/" + name));
    if (!version || version->find_first_not_of("0x") == std::string::npos) {
      continue;
    }
    parts.push_back(Printable(name.substr(0, name.size() - kSuffix.size())) +
                    " " + Printable(*version));
  }
  if (parts.empty()) return;
  writer.AddFrom(kDirectory, "firmware_parts", std::move(parts));
}

}  // namespace

void AddAmdgpuFacts(const FactReader& reader, const Accelerator& gpu) {
  const AttributeWriter writer(reader, gpu.key, gpu.device_path);
  writer.CopyText("unique_id", "unique_id");
  writer.CopyText("vbios_version", attr::kFirmwareVersion);
  AddFirmwareParts(writer);
  AddHealth(writer);
}

}  // namespace acceld::probes
