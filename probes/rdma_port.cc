#include "probes/rdma_port.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/utf8.h"

namespace acceld::probes {
namespace {

// The kernel numbers ports with 32 bits; no device has had more than a few
// hundred.
constexpr std::int64_t kMostPorts = 1024;

// "ACTIVE" of "4: ACTIVE".
std::string Word(const std::optional<std::string>& text) {
  if (!text) return {};
  const std::size_t colon = text->find(": ");
  return Printable(colon == std::string::npos
                       ? std::string_view(*text)
                       : std::string_view(*text).substr(colon + 2));
}

RdmaPort ReadPort(const FactReader& reader, const std::string& path,
                  int number) {
  RdmaPort port;
  port.number = number;
  port.state = Word(reader.Text(path + "/state"));
  port.phys_state = Word(reader.Text(path + "/phys_state"));
  port.link_layer = Printable(reader.Text(path + "/link_layer").value_or(""));
  const auto rate = reader.Text(path + "/rate");
  if (!rate) return port;
  port.rate = ParseRdmaRate(*rate);
  if (port.rate) {
    port.rate_text = *rate;
  } else {
    reader.Fault(path + "/rate", ErrorCode::kCorruptInput, "no rate");
  }
  return port;
}

}  // namespace

std::vector<RdmaPort> ReadRdmaPorts(const FactReader& reader,
                                    const std::string& directory) {
  std::vector<int> numbers;
  for (const std::string& name : reader.Names(directory)) {
    const auto number = ParseInteger(name);
    // As the kernel writes it: "007" and "0x7" would be read as port 7.
    if (number && *number >= 0 && *number <= kMostPorts &&
        std::to_string(*number) == name) {
      numbers.push_back(static_cast<int>(*number));
    } else {
      reader.Fault(directory, ErrorCode::kCorruptInput, "no port's number");
    }
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<RdmaPort> ports;
  for (const int number : numbers) {
    ports.push_back(
        ReadPort(reader, directory + "/" + std::to_string(number), number));
  }
  return ports;
}

std::string ToText(const RdmaPort& port) {
  std::string text = std::to_string(port.number) + ": " +
                     (port.state.empty() ? "state not known" : port.state);
  for (const std::string* part : {&port.rate_text, &port.link_layer}) {
    if (!part->empty()) text.append(" ").append(*part);
  }
  return text;
}

std::optional<BytesPerSecond> ParseRdmaRate(std::string_view text) {
  constexpr std::int64_t kMostTenths = 100'000'000;  // 10^7 Gb/s
  constexpr std::int64_t kBytesPerTenth = 100'000'000 / 8;
  const std::size_t end = text.find(" Gb/sec");
  if (end == std::string_view::npos) return std::nullopt;
  std::string digits(text.substr(0, end));
  const std::size_t point = digits.find('.');
  if (point == std::string::npos) {
    digits.push_back('0');
  } else if (point + 2 == digits.size()) {  // the kernel writes one decimal
    digits.erase(point, 1);
  } else {
    return std::nullopt;
  }
  const auto tenths = ParseInteger(digits);
  if (!tenths || *tenths < 0 || *tenths > kMostTenths) return std::nullopt;
  return BytesPerSecond(*tenths * kBytesPerTenth);
}

}  // namespace acceld::probes
