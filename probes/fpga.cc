#include "probes/fpga.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.h"
#include "probes/uuid.h"

namespace acceld::probes {
namespace {

// drivers/fpga/fpga-mgr.c: state_str.
constexpr std::array<std::string_view, 6> kProgramming = {
    "power up", "firmware request", "parse header", "write init",
    "write",    "write complete"};

bool IsOneOf(std::string_view word, const auto& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void ReadState(const FactReader& reader, const std::string& file,
               HealthReport& health) {
  const auto state = reader.Text(file);
  if (!state || *state == "unknown") return;
  if (*state == "operating") {
    health.Ok(file);
  } else if (IsOneOf(*state, kProgramming)) {
    health.Degraded("it is being programmed (" + *state + ")", file);
  } else if (*state == "power off" || *state == "reset") {
    health.Failed("the FPGA is in " + *state, file);
  } else if (state->ends_with(" error")) {
    health.Failed("it could not be programmed (" + Printable(*state, 40) + ")",
                  file);
  } else {
    reader.Fault(file, ErrorCode::kCorruptInput,
                 "'" + Printable(*state, 40) + "' is no known state");
  }
}

void ReadStatus(const FactReader& reader, const std::string& file,
                HealthReport& health) {
  const auto status = reader.Text(file);
  if (!status) return;
  std::string_view rest = *status;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find('\n'), rest.size());
    if (size > 0) health.Degraded(Printable(rest.substr(0, size), 80), file);
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
}

}  // namespace

std::vector<FpgaDevice> ReadFpgaClass(const FactReader& reader,
                                      std::string_view class_name) {
  const std::string directory = "sys/class/" + std::string(class_name);
  std::vector<FpgaDevice> devices;
  for (const std::string& name : reader.Names(directory)) {
    const std::string path = directory + "/" + name;
    if (auto real = reader.Canonical(path)) {
      devices.push_back({name, path, *std::move(real)});
    }
  }
  return devices;
}

HealthReport ReadFpgaManager(const FactReader& reader,
                             const std::string& path) {
  HealthReport health;
  ReadState(reader, path + "/state", health);
  ReadStatus(reader, path + "/status", health);
  return health;
}

std::string ReadCompatId(const FactReader& reader, const std::string& path) {
  const std::string file = path + "/compat_id";
  const auto text = reader.Text(file);  // ENOENT where it is not used
  if (!text) return {};
  auto uuid = ParseUuid(*text);
  if (!uuid) reader.Fault(file, ErrorCode::kCorruptInput, "no 32 digits");
  return std::move(uuid).value_or("");
}

}  // namespace acceld::probes
