#include "probes/qat.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <span>

#include "base/utf8.h"

namespace acceld::probes {
namespace {

constexpr std::array kModels = {
    QatModel{"4xxx", 0x4940, 0x4941, true},
    QatModel{"401xx", 0x4942, 0x4943, true},
    QatModel{"402xx", 0x4944, 0x4945, true},
    QatModel{"420xx", 0x4946, 0x4947, true},
    QatModel{"c3xxx", 0x19e2, 0x19e3, false},
    QatModel{"c6xx", 0x37c8, 0x37c9, false},
    QatModel{"dh895xcc", 0x0435, 0x0443, false},
};

constexpr std::array<std::string_view, 5> kSymmetric = {
    "aead/aes-gcm", "cipher/aes-cbc", "cipher/aes-xts", "digest/sha256",
    "digest/sha512"};
constexpr std::array<std::string_view, 2> kAsymmetric = {"pubkey/ecdh",
                                                         "pubkey/rsa"};
constexpr std::array<std::string_view, 2> kDeflate = {"compress/deflate",
                                                      "decompress/deflate"};
// LZ4 came with the generation that can be configured
// (ICP_ACCEL_CAPABILITIES_LZ4_COMPRESSION of adf_4xxx_hw_data.c).
constexpr std::array<std::string_view, 4> kDeflateAndLz4 = {
    "compress/deflate", "compress/lz4", "decompress/deflate", "decompress/lz4"};
constexpr std::array<std::string_view, 2> kDecompression = {
    "decompress/deflate", "decompress/lz4"};

struct Service {
  std::string_view name;
  std::span<const std::string_view> functions;
};
constexpr std::array kServices = {
    Service{"asym", kAsymmetric},      Service{"dc", kDeflateAndLz4},
    Service{"dcc", kDeflateAndLz4},  // dc with chaining
    Service{"decomp", kDecompression}, Service{"sym", kSymmetric},
};

bool IsService(std::string_view name) {
  return std::any_of(kServices.begin(), kServices.end(),
                     [&](const Service& known) { return known.name == name; });
}

void ReadState(const FactReader& reader, const std::string& path,
               HealthReport& health) {
  const std::string file = path + "/qat/state";
  const auto state = reader.Text(file);
  if (!state) return;
  if (*state == "up") {
    health.Ok(file);
  } else if (*state == "down") {
    health.Failed("the device is down", file);
  } else {
    reader.Fault(file, ErrorCode::kCorruptInput,
                 "'" + Printable(*state, 40) + "' is no known state");
  }
}

std::optional<std::int64_t> ReadCounter(const FactReader& reader,
                                        const std::string& file) {
  return reader.IntegerIn(file, 0, std::numeric_limits<std::int64_t>::max());
}

}  // namespace

const QatModel* FindQatPhysical(std::int64_t vendor, std::int64_t device) {
  if (vendor != kIntel) return nullptr;
  for (const QatModel& model : kModels) {
    if (model.physical == device) return &model;
  }
  return nullptr;
}

const QatModel* FindQatVirtual(std::int64_t vendor, std::int64_t device) {
  if (vendor != kIntel) return nullptr;
  for (const QatModel& model : kModels) {
    if (model.virtual_function == device) return &model;
  }
  return nullptr;
}

std::optional<std::vector<std::string>> ReadQatServices(
    const FactReader& reader, const QatModel& model, const std::string& path) {
  if (!model.is_configurable) {
    return std::vector<std::string>{"asym", "dc", "sym"};
  }
  const std::string file = path + "/qat/cfg_services";
  const auto text = reader.Text(file);
  if (!text) return std::nullopt;
  std::set<std::string> services;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find(';'), rest.size());
    const std::string_view word = rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
    if (IsService(word)) {
      services.emplace(word);
    } else {
      reader.Fault(file, ErrorCode::kCorruptInput,
                   "'" + Printable(word, 40) + "' is no known service");
    }
  }
  return std::vector<std::string>(services.begin(), services.end());
}

std::vector<std::string_view> QatFunctions(const QatModel& model,
                                           std::string_view service) {
  if (service == "dc" && !model.is_configurable) {
    return {kDeflate.begin(), kDeflate.end()};
  }
  for (const Service& known : kServices) {
    if (known.name != service) continue;
    return {known.functions.begin(), known.functions.end()};
  }
  return {};
}

HealthReport ReadQatHealth(const FactReader& reader, const std::string& path) {
  HealthReport health;
  ReadState(reader, path, health);
  const std::string fatal = path + "/qat_ras/errors_fatal";
  if (const auto count = ReadCounter(reader, fatal)) {
    if (*count == 0) {
      health.Ok(fatal);
    } else {
      health.Failed(std::to_string(*count) + " fatal errors", fatal);
    }
  }
  const std::string nonfatal = path + "/qat_ras/errors_nonfatal";
  if (const auto count = ReadCounter(reader, nonfatal)) {
    if (*count == 0) {
      health.Ok(nonfatal);
    } else {
      health.Degraded(std::to_string(*count) + " non-fatal errors", nonfatal);
    }
  }
  return health;
}

std::vector<std::string_view> MappedQatFunctions() {
  std::vector<std::string_view> all;
  for (const QatModel& model : kModels) {
    for (const Service& service : kServices) {
      const auto functions = QatFunctions(model, service.name);
      all.insert(all.end(), functions.begin(), functions.end());
    }
  }
  return all;
}

}  // namespace acceld::probes
