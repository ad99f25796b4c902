#include "graph/quantity.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/utf8.h"

namespace acceld::graph {
namespace {

constexpr std::array<std::string_view, 7> kBinary{"B",   "KiB", "MiB", "GiB",
                                                  "TiB", "PiB", "EiB"};
constexpr std::array<std::string_view, 5> kRates{"B/s", "kB/s", "MB/s", "GB/s",
                                                 "TB/s"};
constexpr std::array<std::string_view, 4> kTimes{"ns", "us", "ms", "s"};

// Three significant digits, without trailing zeros after the point.
std::string Round(double value) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (decimals == 0) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Scale(std::int64_t amount, double step,
                  std::span<const std::string_view> units) {
  auto value = static_cast<double>(amount);
  std::size_t unit = 0;
  // Half a unit below the step already rounds up to it ("1000MB/s").
  while (value >= step - 0.5 && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  return Round(value).append(units[unit]);
}

bool IsQuantity(const AttributeValue& value) {
  return !std::holds_alternative<bool>(value) &&
         !std::holds_alternative<std::int64_t>(value) &&
         !std::holds_alternative<std::string>(value) &&
         !std::holds_alternative<std::vector<std::string>>(value);
}

}  // namespace

std::string Readable(Bytes bytes) {
  return Scale(bytes.value(), 1024, kBinary);
}

std::string Readable(BytesPerSecond rate) {
  return Scale(rate.value(), 1000, kRates);
}

std::string Readable(Nanoseconds time) {
  return Scale(time.value(), 1000, kTimes);
}

std::string Readable(const AttributeValue& value) {
  if (const auto* bytes = std::get_if<Bytes>(&value)) return Readable(*bytes);
  if (const auto* rate = std::get_if<BytesPerSecond>(&value)) {
    return Readable(*rate);
  }
  if (const auto* time = std::get_if<Nanoseconds>(&value)) {
    return Readable(*time);
  }
  return Printable(ToText(value));
}

std::string_view Mark(Evidence evidence) {
  switch (evidence) {
    case Evidence::kMeasured:
      return "!";
    case Evidence::kFirmware:
      return "";
    case Evidence::kComputed:
      return "~";
    case Evidence::kAssumed:
      return "?";
  }
  return "?";
}

std::string_view MarkLegend() {
  return "Values: 5 as the kernel or firmware says, 5! measured, 5~ computed, "
         "5? assumed";
}

std::string Marked(const Attribute& attribute) {
  std::string text = Readable(attribute.value);
  if (IsQuantity(attribute.value)) {
    text.append(Mark(attribute.from.evidence));
  }
  return text;
}

}  // namespace acceld::graph
