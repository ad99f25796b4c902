#include "probes/rated_power.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sys_root.h"
#include "base/units.h"

namespace acceld::probes {
namespace {

// In the order in which they are believed.
constexpr std::array<std::string_view, 4> kFiles = {
    "power1_rated_max", "power1_cap_default", "power1_cap", "power1_max"};

// Far above what a machine's supply gives: more is no power.
constexpr std::int64_t kMostMicrowatts = 1'000'000'000'000;  // 1 MW

std::optional<std::int64_t> ReadMicrowatts(const FactReader& reader,
                                           const std::string& path) {
  const auto number = reader.root().ReadInteger(path);
  if (!number) {
    // A driver may have the file and no answer: that is no fault of either.
    if (number.error().code == ErrorCode::kCorruptInput) {
      reader.Fault(path, ErrorCode::kCorruptInput, number.error().message);
    }
    return std::nullopt;
  }
  if (*number == 0) return std::nullopt;
  if (*number > 0 && *number <= kMostMicrowatts) return *number;
  reader.Fault(path, ErrorCode::kCorruptInput,
               std::to_string(*number) + " is no power in microwatts");
  return std::nullopt;
}

}  // namespace

void AddRatedPower(const FactReader& reader, const std::string& key,
                   const std::string& directory) {
  const std::string of_class = directory + "/hwmon";
  const std::vector<std::string> monitors = reader.Names(of_class);
  for (const std::string_view file : kFiles) {
    for (const std::string& monitor : monitors) {
      const std::string path =
          of_class + "/" + monitor + "/" + std::string(file);
      const auto microwatts = ReadMicrowatts(reader, path);
      if (!microwatts) continue;
      reader.facts().AddAttribute(key, attr::kPower, Microwatts(*microwatts),
                                  FromKernel(path));
      return;
    }
  }
}

}  // namespace acceld::probes
