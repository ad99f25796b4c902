#include "integrations/exporter/fields.h"

namespace acceld::exporter {

std::optional<double> NumberIn(const Document& object, std::string_view key) {
  const Document* value = object.Find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->AsInteger()) {
    return static_cast<double>(*number);
  }
  if (const auto* number = value->AsReal()) return *number;
  return std::nullopt;
}

std::optional<std::uint64_t> CountIn(const Document& object,
                                     std::string_view key) {
  const Document* value = object.Find(key);
  const auto* number = value == nullptr ? nullptr : value->AsInteger();
  if (number == nullptr || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace acceld::exporter
