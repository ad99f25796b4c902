#include "base/attribute.h"

#include <type_traits>

namespace acceld {

std::string_view EvidenceName(Evidence evidence) {
  switch (evidence) {
    case Evidence::kMeasured:
      return "measured";
    case Evidence::kFirmware:
      return "firmware";
    case Evidence::kComputed:
      return "computed";
    case Evidence::kAssumed:
      return "assumed";
  }
  return "assumed";
}

std::optional<Evidence> ParseEvidence(std::string_view name) {
  for (Evidence evidence : {Evidence::kMeasured, Evidence::kFirmware,
                            Evidence::kComputed, Evidence::kAssumed}) {
    if (name == EvidenceName(evidence)) return evidence;
  }
  return std::nullopt;
}

std::string ToText(const AttributeValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, bool>) {
          return v ? "true" : "false";
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return std::to_string(v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return v;
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          std::string text;
          for (const std::string& element : v) {
            if (!text.empty()) text.push_back(',');
            text.append(element);
          }
          return text;
        } else {
          return ToString(v);
        }
      },
      value);
}

Document ToDocument(const AttributeValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    Document array = Document::Array{};
    for (const std::string& element : *list) array.Append(element);
    return array;
  }
  return ToText(value);
}

}  // namespace acceld
