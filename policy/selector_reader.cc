#include "policy/selector_reader.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "base/units.h"
#include "policy/selector_text.h"

namespace acceld::policy {
namespace {

// Longer ones are mistakes, and would only make matching slow.
constexpr std::size_t kMaxAttributeBytes = 64;
constexpr std::size_t kMaxOperandBytes = 256;
constexpr std::size_t kMaxOperands = 256;

bool IsOfSelectors(Operator op) {
  return op == Operator::kAll || op == Operator::kAny || op == Operator::kNot;
}

template <typename T, typename Parse>
bool Reads(const std::string& text, Parse parse,
           std::optional<AttributeValue>& quantity) {
  const Result<T> value = parse(text);
  if (value) quantity = *value;
  return value.has_value();
}

// The units exclude each other: at most one of them reads the text.
std::optional<AttributeValue> ReadQuantity(const std::string& text) {
  std::optional<AttributeValue> quantity;
  (void)(Reads<Bytes>(text, ParseBytes, quantity) ||
         Reads<BytesPerSecond>(text, ParseBytesPerSecond, quantity) ||
         Reads<Nanoseconds>(text, ParseNanoseconds, quantity) ||
         Reads<MegaTransfers>(text, ParseMegaTransfers, quantity) ||
         Reads<Lanes>(text, ParseLanes, quantity) ||
         Reads<Microwatts>(text, ParseMicrowatts, quantity));
  return quantity;
}

std::optional<Operand> ToOperand(const Document& document) {
  if (const auto* flag = document.AsBool()) return Operand{*flag};
  if (const auto* number = document.AsInteger()) return Operand{*number};
  if (const auto* text = document.AsString()) {
    return Operand{*text, ReadQuantity(*text)};
  }
  return std::nullopt;
}

// What is wrong with the operand whatever attribute it meets; empty: nothing.
std::string Fault(Operator op, const Document& operand) {
  const std::string* text = operand.AsString();
  if (text != nullptr && text->size() > kMaxOperandBytes) {
    return "longer than " + std::to_string(kMaxOperandBytes) + " bytes";
  }
  const std::string found(operand.TypeName());
  switch (op) {
    case Operator::kEquals:
    case Operator::kIn:
      if (text != nullptr || operand.AsInteger() != nullptr ||
          operand.AsBool() != nullptr) {
        return {};
      }
      return "must be a string, an integer or a boolean, not " + found;
    case Operator::kAtLeast:
    case Operator::kAtMost:
    case Operator::kRange:
      if (operand.AsInteger() != nullptr) return {};
      if (text != nullptr && ReadQuantity(*text)) return {};
      return "must be an integer or a quantity such as \"16GiB\", \"8GB/s\", "
             "\"50ms\", \"16GT/s\", \"x16\" or \"300W\"";
    case Operator::kGlob:
    case Operator::kContains:
      if (text == nullptr) return "must be a string, not " + found;
      return text->empty() ? "must not be empty" : "";
    case Operator::kExists:
      if (operand.AsBool() != nullptr) return {};
      return "must be true or false, not " + found;
    default:
      return {};  // has selectors, not operands
  }
}

// Reads one selector and all below it.
class Reading {
 public:
  explicit Reading(Complaints& complaints) : complaints_(complaints) {}

  Selector Read(const Document& document, const std::string& pointer,
                std::size_t depth) {
    Selector selector;
    ObjectReader reader(document, pointer, complaints_);
    if (document.AsObject() == nullptr) return selector;
    int found = 0;
    for (const OperatorName& known : Operators()) {
      const Document* written = reader.Find(known.name);
      if (written == nullptr) continue;
      if (++found > 1) continue;  // one complaint says it all
      selector.op = known.op;
      ReadRest(*written, reader.PointerOf(known.name), depth, selector);
    }
    if (found == 1 && IsOfSelectors(selector.op)) {
      if (reader.Find("attribute") != nullptr) {
        reader.Complain("attribute", "all, any and not have none of their own");
      }
    } else {
      ReadAttribute(reader, selector);
    }
    if (found != 1) {
      reader.ComplainHere(
          "needs exactly one of equals, in, at_least, at_most, range, glob, "
          "contains, exists, all, any and not, not " +
          std::to_string(found));
    }
    reader.RefuseUnknownKeys();
    return selector;
  }

 private:
  static void ReadAttribute(ObjectReader& reader, Selector& selector) {
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

  void ReadRest(const Document& written, const std::string& pointer,
                std::size_t depth, Selector& selector) {
    if (IsOfSelectors(selector.op)) {
      ReadParts(written, pointer, depth, selector);
    } else if (++comparisons_ == kMaxComparisons + 1) {
      complaints_.Add(pointer, "more than " + std::to_string(kMaxComparisons) +
                                   " comparisons in one selector");
    } else if (comparisons_ <= kMaxComparisons) {
      ReadOperands(written, pointer, selector);
    }
  }

  void ReadParts(const Document& written, const std::string& pointer,
                 std::size_t depth, Selector& selector) {
    if (depth == kMaxSelectorDepth) {
      complaints_.Add(pointer, "selectors are nested more than " +
                                   std::to_string(kMaxSelectorDepth) + " deep");
    } else if (selector.op == Operator::kNot) {
      selector.parts.push_back(Read(written, pointer, depth + 1));
    } else if (const Document::Array* list = List(written, pointer, 1)) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        selector.parts.push_back(
            Read((*list)[i], PointerTo(pointer, i), depth + 1));
      }
    }
  }

  void ReadOperands(const Document& written, const std::string& pointer,
                    Selector& selector) {
    if (selector.op == Operator::kRange) {
      ReadRange(written, pointer, selector);
    } else if (selector.op != Operator::kIn) {
      AddOperand(written, pointer, selector);
    } else if (const Document::Array* list = List(written, pointer, 1)) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        AddOperand((*list)[i], PointerTo(pointer, i), selector);
      }
    }
  }

  void ReadRange(const Document& written, const std::string& pointer,
                 Selector& selector) {
    const Document::Array* list = written.AsArray();
    if (list == nullptr || list->size() != 2) {
      complaints_.Add(pointer,
                      "must be an array of the lowest and the highest "
                      "value, [low, high]");
      return;
    }
    for (std::size_t i = 0; i < 2; ++i) {
      AddOperand((*list)[i], PointerTo(pointer, i), selector);
    }
    if (selector.operands.size() != 2) return;
    const Operand& low = selector.operands.front();
    const auto order =
        Order(low.quantity.value_or(low.written), selector.operands.back());
    if (!order) {
      complaints_.Add(pointer, "its two ends are of different kinds");
    } else if (*order > 0) {
      complaints_.Add(pointer, "its low end is above its high end");
    }
  }

  // An array with at least `least` elements; complains where there is none.
  const Document::Array* List(const Document& written,
                              const std::string& pointer, std::size_t least) {
    const Document::Array* list = written.AsArray();
    if (list == nullptr) {
      complaints_.Add(
          pointer, "must be an array, not " + std::string(written.TypeName()));
      return nullptr;
    }
    if (list->size() >= least && list->size() <= kMaxOperands) return list;
    complaints_.Add(pointer, "must have " + std::to_string(least) + " to " +
                                 std::to_string(kMaxOperands) + " elements");
    return nullptr;
  }

  void AddOperand(const Document& written, const std::string& pointer,
                  Selector& selector) {
    std::string fault = Fault(selector.op, written);
    if (!fault.empty()) {
      complaints_.Add(pointer, std::move(fault));
    } else if (auto operand = ToOperand(written)) {
      selector.operands.push_back(*std::move(operand));
    }
  }

  Complaints& complaints_;
  std::size_t comparisons_ = 0;
};

}  // namespace

Selector ParseSelector(const Document& document, const std::string& pointer,
                       Complaints& complaints) {
  return Reading(complaints).Read(document, pointer, 1);
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

}  // namespace acceld::policy
