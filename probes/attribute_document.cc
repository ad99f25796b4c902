#include "probes/attribute_document.h"

#include <array>
#include <utility>

#include "base/result.h"
#include "base/units.h"
#include "probes/fact.h"

namespace acceld::probes {
namespace {

// In the order of AttributeValue's alternatives.
constexpr std::array<std::string_view, 10> kTypes{
    "boolean", "integer",          "string",      "strings",
    "bytes",   "bytes-per-second", "nanoseconds", "mega-transfers",
    "lanes",   "microwatts"};

struct QuantityName {
  std::string_view name;
  std::string_view type;
  bool is_suffix;  // also "read_" + name
};
constexpr std::array<QuantityName, 7> kQuantityNames{{
    {"memory", "bytes", false},
    {"capacity", "bytes", false},
    {"bandwidth", "bytes-per-second", true},
    {"latency", "nanoseconds", true},
    {"speed", "mega-transfers", true},
    {"width", "lanes", false},
    {"power", "microwatts", false},
}};

// "string" where the name is not that of a quantity.
std::string_view TypeOfText(std::string_view name) {
  if (name == "max_width") return "lanes";  // but not "pasid_width"
  for (const QuantityName& quantity : kQuantityNames) {
    if (name == quantity.name) return quantity.type;
    if (!quantity.is_suffix || !name.ends_with(quantity.name)) continue;
    if (name[name.size() - quantity.name.size() - 1] == '_') {
      return quantity.type;
    }
  }
  return "string";
}

std::string_view TypeThatFollows(std::string_view name, const Document& value) {
  if (value.AsBool() != nullptr) return "boolean";
  if (value.AsInteger() != nullptr) return "integer";
  if (value.AsArray() != nullptr) return "strings";
  return TypeOfText(name);
}

template <typename Unit>
Result<AttributeValue> Widen(Result<Unit> quantity) {
  if (!quantity) return Fail(std::move(quantity.error()));
  return AttributeValue(*quantity);
}

Result<AttributeValue> ParseText(std::string_view type,
                                 const std::string& text) {
  if (type == "bytes") return Widen(ParseBytes(text));
  if (type == "bytes-per-second") return Widen(ParseBytesPerSecond(text));
  if (type == "nanoseconds") return Widen(ParseNanoseconds(text));
  if (type == "mega-transfers") return Widen(ParseMegaTransfers(text));
  if (type == "lanes") return Widen(ParseLanes(text));
  if (type == "microwatts") return Widen(ParseMicrowatts(text));
  return AttributeValue(text);
}

Result<AttributeValue> ParseStrings(const Document::Array& array) {
  std::vector<std::string> strings;
  for (const Document& element : array) {
    const std::string* text = element.AsString();
    if (text == nullptr) {
      return Fail(ErrorCode::kInvalidArgument, "not an array of strings");
    }
    strings.push_back(*text);
  }
  return AttributeValue(std::move(strings));
}

Result<AttributeValue> ParseValue(std::string_view type,
                                  const Document& value) {
  const bool* flag = value.AsBool();
  if (type == "boolean" && flag != nullptr) return AttributeValue(*flag);
  const std::int64_t* number = value.AsInteger();
  if (type == "integer" && number != nullptr) return AttributeValue(*number);
  const Document::Array* array = value.AsArray();
  if (type == "strings" && array != nullptr) return ParseStrings(*array);
  const std::string* text = value.AsString();
  if (text != nullptr && type != "boolean" && type != "integer" &&
      type != "strings") {
    return ParseText(type, *text);
  }
  return Fail(ErrorCode::kInvalidArgument, "expected a value of type " +
                                               std::string(type) + ", found " +
                                               std::string(value.TypeName()));
}

Result<std::string> ParseType(std::string_view name) {
  for (std::string_view type : kTypes) {
    if (name == type) return std::string(name);
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      "no type of attributes: '" + std::string(name.substr(0, 40)) + "'");
}

Result<Evidence> ParseEvidenceName(std::string_view name) {
  const auto evidence = ParseEvidence(name);
  if (evidence) return *evidence;
  return Fail(ErrorCode::kInvalidArgument,
              "not measured, firmware, computed or assumed");
}

}  // namespace

Document AttributeToDocument(const Attribute& attribute) {
  Document value = ToDocument(attribute.value);
  const std::string_view type = kTypes[attribute.value.index()];
  Document full = Document::Object{};
  const bool type_follows = TypeThatFollows(attribute.name, value) == type;
  full.Set("value", std::move(value));
  if (!type_follows) full.Set("type", type);
  full.Set("evidence", EvidenceName(attribute.from.evidence));
  full.Set("source", attribute.from.source);
  return full;
}

std::optional<Attribute> ParseAttribute(std::string_view name,
                                        const Document& document,
                                        const std::string& pointer,
                                        const Provenance& described,
                                        Complaints& complaints) {
  if (!IsKey(name)) {
    complaints.Add(pointer, "not a name of an attribute");
    return std::nullopt;
  }
  const Document* value = &document;
  std::string value_pointer = pointer;
  Provenance from = described;
  std::optional<std::string> type;
  if (document.AsObject() != nullptr) {
    ObjectReader reader(document, pointer, complaints);
    value = reader.Find("value");
    value_pointer = reader.PointerOf("value");
    type = reader.Parsed("type", ParseType);
    from.evidence = reader.Parsed("evidence", ParseEvidenceName)
                        .value_or(described.evidence);
    from.source = reader.String("source").value_or(described.source);
    reader.RefuseUnknownKeys();
    if (value == nullptr) {
      complaints.Add(pointer, "needs \"value\"");
      return std::nullopt;
    }
  }
  auto parsed = ParseValue(
      type ? std::string_view(*type) : TypeThatFollows(name, *value), *value);
  if (!parsed) {
    complaints.Add(std::move(value_pointer), parsed.error().message);
    return std::nullopt;
  }
  return Attribute{std::string(name), *std::move(parsed), std::move(from)};
}

}  // namespace acceld::probes
