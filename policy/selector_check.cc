#include "policy/selector_check.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/utf8.h"
#include "policy/contradiction.h"
#include "policy/selector_text.h"

namespace acceld::policy {
namespace {

template <typename T>
bool IsQuantity(const Operand& operand) {
  return operand.quantity && std::holds_alternative<T>(*operand.quantity);
}

// Whether an attribute of that type, or an element of it, can be this operand.
bool CanBe(AttributeType type, const Operand& operand) {
  switch (type) {
    case AttributeType::kBoolean:
      return std::holds_alternative<bool>(operand.written);
    case AttributeType::kInteger:
      return std::holds_alternative<std::int64_t>(operand.written);
    case AttributeType::kString:
    case AttributeType::kStrings:
      return std::holds_alternative<std::string>(operand.written);
    case AttributeType::kBytes:
      return IsQuantity<Bytes>(operand);
    case AttributeType::kBytesPerSecond:
      return IsQuantity<BytesPerSecond>(operand);
    case AttributeType::kNanoseconds:
      return IsQuantity<Nanoseconds>(operand);
    case AttributeType::kMegaTransfers:
      return IsQuantity<MegaTransfers>(operand);
    case AttributeType::kLanes:
      return IsQuantity<Lanes>(operand);
    case AttributeType::kMicrowatts:
      return IsQuantity<Microwatts>(operand);
  }
  return false;
}

bool HasOrder(AttributeType type) {
  return type != AttributeType::kBoolean && type != AttributeType::kString &&
         type != AttributeType::kStrings;
}

// Why this operator is never true of such an attribute; empty: it may be.
std::string WrongOperator(Operator op, AttributeType type) {
  const bool is_text =
      type == AttributeType::kString || type == AttributeType::kStrings;
  switch (op) {
    case Operator::kEquals:
      if (type != AttributeType::kStrings) return {};
      return "it is a list, which equals nothing; use contains";
    case Operator::kAtLeast:
    case Operator::kAtMost:
    case Operator::kRange:
      return HasOrder(type) ? "" : "it has no order";
    case Operator::kGlob:
      return is_text ? "" : "globs are for text";
    case Operator::kContains:
      return type == AttributeType::kStrings ? "" : "contains is for lists";
    default:
      return {};
  }
}

class Checker {
 public:
  Checker(AttributeTable table, Complaints& complaints)
      : table_(table), complaints_(complaints) {}

  void Check(const std::vector<Selector>& selectors,
             const std::string& pointer) {
    for (std::size_t i = 0; i < selectors.size(); ++i) {
      CheckOne(selectors[i], PointerTo(pointer, i));
    }
  }

 private:
  void CheckOne(const Selector& selector, const std::string& pointer) {
    const std::string of_operator =
        PointerTo(pointer, NameOfOperator(selector.op));
    if (selector.op == Operator::kNot) {
      for (const Selector& part : selector.parts) CheckOne(part, of_operator);
    } else if (selector.op == Operator::kAll || selector.op == Operator::kAny) {
      Check(selector.parts, of_operator);
    } else {
      CheckComparison(selector, pointer, of_operator);
    }
  }

  void CheckComparison(const Selector& selector, const std::string& pointer,
                       const std::string& of_operator) {
    if (selector.attribute.empty() || selector.operands.empty()) {
      return;  // complained of already
    }
    const std::string name = "'" + Printable(selector.attribute) + "'";
    const KnownAttribute* known = Find(table_, selector.attribute);
    if (known == nullptr || !known->is_of_devices) {
      complaints_.Add(PointerTo(pointer, "attribute"),
                      (known == nullptr ? "unknown attribute "
                                        : "no device has the attribute ") +
                          name + SuggestionFor(table_, selector.attribute));
      return;
    }
    const std::string type =
        name + " (" + std::string(NameOf(known->type)) + ")";
    if (const auto why = WrongOperator(selector.op, known->type);
        !why.empty()) {
      complaints_.Add(of_operator, "never holds of " + type + ": " + why);
      return;
    }
    if (selector.op == Operator::kExists || selector.op == Operator::kGlob) {
      return;
    }
    for (const Operand& operand : selector.operands) {
      if (CanBe(known->type, operand)) continue;
      complaints_.Add(of_operator, "never holds of " + type +
                                       ": the operand is of another type");
      return;
    }
  }

  [[nodiscard]] static std::string_view NameOfOperator(Operator op) {
    for (const OperatorName& known : Operators()) {
      if (known.op == op) return known.name;
    }
    return "";
  }

  AttributeTable table_;
  Complaints& complaints_;
};

}  // namespace

void CheckSelectors(const std::vector<Selector>& selectors,
                    AttributeTable table, const std::string& pointer,
                    Complaints& complaints) {
  const std::size_t before = complaints.all().size() + complaints.left_out();
  Checker(table, complaints).Check(selectors, pointer);
  if (complaints.all().size() + complaints.left_out() != before) return;
  if (NeverHold(selectors, table)) {
    complaints.Add(pointer,
                   "can never hold: the selectors contradict each "
                   "other");
  }
}

}  // namespace acceld::policy
