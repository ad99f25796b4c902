#include "policy/selector.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/glob.h"
#include "base/utf8.h"

namespace acceld::policy {
namespace {

struct ComparisonName {
  Comparison comparison;
  std::string_view name;
};

constexpr std::array<ComparisonName, 7> kComparisons{{
    {Comparison::kEquals, "equals"},
    {Comparison::kIn, "in"},
    {Comparison::kAtLeast, "at_least"},
    {Comparison::kAtMost, "at_most"},
    {Comparison::kGlob, "glob"},
    {Comparison::kContains, "contains"},
    {Comparison::kExists, "exists"},
}};

// Longer ones are mistakes, and would only make matching slow.
constexpr std::size_t kMaxAttributeBytes = 64;
constexpr std::size_t kMaxOperandBytes = 256;
constexpr std::size_t kMaxOperands = 256;

std::string_view NameOf(Comparison comparison) {
  for (const ComparisonName& known : kComparisons) {
    if (known.comparison == comparison) return known.name;
  }
  return "?";
}

bool IsQuantity(std::string_view text) {
  return ParseBytes(text) || ParseBytesPerSecond(text) ||
         ParseNanoseconds(text) || ParseMegaTransfers(text) || ParseLanes(text);
}

// What is wrong with the operand whatever attribute it meets; empty: nothing.
std::string Fault(Comparison comparison, const Document& operand) {
  const std::string* text = operand.AsString();
  if (text != nullptr && text->size() > kMaxOperandBytes) {
    return "longer than " + std::to_string(kMaxOperandBytes) + " bytes";
  }
  const std::string found(operand.TypeName());
  switch (comparison) {
    case Comparison::kEquals:
    case Comparison::kIn:
      if (text != nullptr || operand.AsInteger() != nullptr ||
          operand.AsBool() != nullptr) {
        return {};
      }
      return "must be a string, an integer or a boolean, not " + found;
    case Comparison::kAtLeast:
    case Comparison::kAtMost:
      if (operand.AsInteger() != nullptr) return {};
      if (text != nullptr && IsQuantity(*text)) return {};
      return "must be an integer or a quantity such as \"16GiB\", \"8GB/s\", "
             "\"50ms\", \"16GT/s\" or \"x16\"";
    case Comparison::kGlob:
    case Comparison::kContains:
      if (text == nullptr) return "must be a string, not " + found;
      return text->empty() ? "must not be empty" : "";
    case Comparison::kExists:
      if (operand.AsBool() != nullptr) return {};
      return "must be true or false, not " + found;
  }
  return "unknown comparison";
}

void AddOperand(const Document& operand, const std::string& pointer,
                Complaints& complaints, Selector& selector) {
  std::string fault = Fault(selector.comparison, operand);
  if (fault.empty()) {
    selector.operands.push_back(operand);
  } else {
    complaints.Add(pointer, std::move(fault));
  }
}

void ReadOperands(const Document& written, const std::string& pointer,
                  Complaints& complaints, Selector& selector) {
  if (selector.comparison != Comparison::kIn) {
    AddOperand(written, pointer, complaints, selector);
    return;
  }
  const Document::Array* list = written.AsArray();
  if (list == nullptr) {
    complaints.Add(pointer,
                   "must be an array, not " + std::string(written.TypeName()));
  } else if (list->empty() || list->size() > kMaxOperands) {
    complaints.Add(pointer, "must have 1 to " + std::to_string(kMaxOperands) +
                                " elements");
  } else {
    for (std::size_t i = 0; i < list->size(); ++i) {
      AddOperand((*list)[i], PointerTo(pointer, i), complaints, selector);
    }
  }
}

void ReadAttribute(ObjectReader& reader, Selector& selector) {
  auto attribute = reader.RequiredString("attribute");
  if (!attribute) return;
  if (attribute->empty() || attribute->size() > kMaxAttributeBytes) {
    reader.Complain(
        "attribute",
        "must have 1 to " + std::to_string(kMaxAttributeBytes) + " bytes");
    return;
  }
  selector.attribute = *std::move(attribute);
}

// The operand as the quantity that the attribute is; nothing where it is none.
std::optional<Bytes> As(const std::string& text, Bytes) {
  const auto parsed = ParseBytes(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}
std::optional<BytesPerSecond> As(const std::string& text, BytesPerSecond) {
  const auto parsed = ParseBytesPerSecond(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}
std::optional<Nanoseconds> As(const std::string& text, Nanoseconds) {
  const auto parsed = ParseNanoseconds(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}
std::optional<MegaTransfers> As(const std::string& text, MegaTransfers) {
  const auto parsed = ParseMegaTransfers(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}
std::optional<Lanes> As(const std::string& text, Lanes) {
  const auto parsed = ParseLanes(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

// How the attribute relates to the operand. Nothing where the two are not
// numbers of one kind: text has no order here.
std::optional<std::strong_ordering> Order(const AttributeValue& value,
                                          const Document& operand) {
  return std::visit(
      [&](const auto& held) -> std::optional<std::strong_ordering> {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::int64_t>) {
          const std::int64_t* number = operand.AsInteger();
          if (number == nullptr) return std::nullopt;
          return held <=> *number;
        } else if constexpr (std::is_same_v<T, bool> ||
                             std::is_same_v<T, std::string> ||
                             std::is_same_v<T, std::vector<std::string>>) {
          return std::nullopt;
        } else {
          const std::string* text = operand.AsString();
          if (text == nullptr) return std::nullopt;
          const auto quantity = As(*text, held);
          if (!quantity) return std::nullopt;
          return held.value() <=> quantity->value();
        }
      },
      value);
}

bool Equals(const AttributeValue& value, const Document& operand) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return operand.AsString() != nullptr && *operand.AsString() == *text;
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return operand.AsBool() != nullptr && *operand.AsBool() == *flag;
  }
  return Order(value, operand) == std::strong_ordering::equal;
}

// Applies `holds` to a string, or to the strings of a list until one holds.
template <typename Holds>
bool AnyString(const AttributeValue& value, Holds holds) {
  if (const auto* text = std::get_if<std::string>(&value)) return holds(*text);
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list != nullptr && std::any_of(list->begin(), list->end(), holds);
}

bool Contains(const AttributeValue& value, const Document& operand) {
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list != nullptr && operand.AsString() != nullptr &&
         std::find(list->begin(), list->end(), *operand.AsString()) !=
             list->end();
}

bool IsOneOf(const AttributeValue& value,
             const std::vector<Document>& operands) {
  return std::any_of(
      operands.begin(), operands.end(), [&](const Document& operand) {
        return Equals(value, operand) || Contains(value, operand);
      });
}

bool GlobHolds(const AttributeValue& value, const Document& operand) {
  const std::string* pattern = operand.AsString();
  return pattern != nullptr && AnyString(value, [&](const std::string& text) {
           return MatchesGlob(*pattern, text);
         });
}

std::string OperandText(const Document& operand) {
  if (const auto* flag = operand.AsBool()) return *flag ? "true" : "false";
  if (const auto* number = operand.AsInteger()) return std::to_string(*number);
  if (const auto* text = operand.AsString()) {
    return "\"" + Printable(*text) + "\"";
  }
  return std::string(operand.TypeName());
}

}  // namespace

Selector ParseSelector(const Document& document, const std::string& pointer,
                       Complaints& complaints) {
  Selector selector;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return selector;
  ReadAttribute(reader, selector);
  int found = 0;
  for (const ComparisonName& known : kComparisons) {
    const Document* written = reader.Find(known.name);
    if (written == nullptr) continue;
    if (++found > 1) continue;  // one complaint says it all
    selector.comparison = known.comparison;
    ReadOperands(*written, reader.PointerOf(known.name), complaints, selector);
  }
  if (found != 1) {
    reader.ComplainHere(
        "needs exactly one of equals, in, at_least, at_most, glob, contains "
        "and exists, not " +
        std::to_string(found));
  }
  reader.RefuseUnknownKeys();
  return selector;
}

std::vector<Selector> ParseSelectors(ObjectReader& reader,
                                     std::string_view key) {
  std::vector<Selector> selectors;
  const Document::Array* array = reader.Array(key);
  if (array == nullptr) return selectors;
  for (std::size_t i = 0; i < array->size(); ++i) {
    selectors.push_back(ParseSelector(
        (*array)[i], PointerTo(reader.PointerOf(key), i), reader.complaints()));
  }
  return selectors;
}

bool Matches(const Selector& selector, const AttributeView& view) {
  if (selector.operands.empty()) return false;  // was not well formed
  const AttributeValue* value = view.Get(selector.attribute);
  const Document& operand = selector.operands.front();
  if (selector.comparison == Comparison::kExists) {
    return operand.AsBool() != nullptr &&
           *operand.AsBool() == (value != nullptr);
  }
  if (value == nullptr) return false;
  switch (selector.comparison) {
    case Comparison::kEquals:
      return Equals(*value, operand);
    case Comparison::kIn:
      return IsOneOf(*value, selector.operands);
    case Comparison::kAtLeast: {
      const auto order = Order(*value, operand);
      return order && *order >= 0;
    }
    case Comparison::kAtMost: {
      const auto order = Order(*value, operand);
      return order && *order <= 0;
    }
    case Comparison::kGlob:
      return GlobHolds(*value, operand);
    case Comparison::kContains:
      return Contains(*value, operand);
    case Comparison::kExists:
      return false;  // decided above
  }
  return false;
}

std::string ToText(const Selector& selector) {
  std::string text = Printable(selector.attribute);
  text.append(" ").append(NameOf(selector.comparison)).append(" ");
  if (selector.comparison != Comparison::kIn) {
    return text.append(selector.operands.empty()
                           ? "?"
                           : OperandText(selector.operands.front()));
  }
  text.push_back('[');
  for (const Document& operand : selector.operands) {
    if (&operand != &selector.operands.front()) text.append(", ");
    text.append(OperandText(operand));
  }
  return text.append("]");
}

}  // namespace acceld::policy
