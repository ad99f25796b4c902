#include "probes/dfl_health.h"

#include <array>
#include <charconv>
#include <string_view>

#include "base/utf8.h"

namespace acceld::probes {
namespace {

struct ErrorRegister {
  std::string_view file;
  bool is_fatal;
};
constexpr std::array kErrors = {
    ErrorRegister{"catfatal_errors", true},
    ErrorRegister{"nonfatal_errors", false},
    ErrorRegister{"fme_errors", false},
    ErrorRegister{"pcie0_errors", false},
    ErrorRegister{"pcie1_errors", false},
};

// Source: drivers/fpga/dfl-afu.h: PORT_STS_PWR_STATE_AP1, AP2, AP6.
void ReadPowerState(const FactReader& reader, const std::string& file,
                    HealthReport& health) {
  const auto state = ReadDflRegister(reader, file);
  if (!state) return;
  if (*state == 0) {
    health.Ok(file);
  } else if (*state == 1 || *state == 2) {
    health.Degraded("throttled: power state AP" + std::to_string(*state), file);
  } else if (*state == 6) {
    health.Failed("stopped by throttling: power state AP6", file);
  } else {
    reader.Fault(file, ErrorCode::kCorruptInput, "no known power state");
  }
}

}  // namespace

std::optional<std::uint64_t> ReadDflRegister(const FactReader& reader,
                                             const std::string& file) {
  const auto text = reader.Text(file);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const char* end = text->data() + text->size();
  if (text->starts_with("0x")) {
    const auto parsed = std::from_chars(text->data() + 2, end, value, 16);
    if (parsed.ec == std::errc() && parsed.ptr == end) return value;
  }
  reader.Fault(file, ErrorCode::kCorruptInput,
               "'" + Printable(*text, 40) + "' is no register");
  return std::nullopt;
}

std::string RegisterText(std::uint64_t value) {
  std::array<char, 16> digits{};
  const auto written =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return "0x" + std::string(digits.data(), written.ptr);
}

HealthReport ReadDflEngineHealth(const FactReader& reader,
                                 const std::string& path) {
  HealthReport health;
  for (const auto& [name, is_fatal] : kErrors) {
    const std::string file = path + "/errors/" + std::string(name);
    const auto errors = ReadDflRegister(reader, file);
    if (!errors) continue;
    const std::string reason = std::string(name) + " " + RegisterText(*errors);
    if (*errors == 0) {
      health.Ok(file);
    } else if (is_fatal) {
      health.Failed(reason, file);
    } else {
      health.Degraded(reason, file);
    }
  }
  return health;
}

HealthReport ReadDflPortHealth(const FactReader& reader,
                               const std::string& path) {
  HealthReport health;
  const std::string file = path + "/errors/errors";
  if (const auto errors = ReadDflRegister(reader, file)) {
    if (*errors == 0) {
      health.Ok(file);
    } else {
      health.Degraded("port errors " + RegisterText(*errors), file);
    }
  }
  ReadPowerState(reader, path + "/power_state", health);
  return health;
}

}  // namespace acceld::probes
