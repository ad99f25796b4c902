#include "policy/contradiction.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace acceld::policy {
namespace {

// Branches of `any` looked at in all; beyond it nothing is said.
constexpr int kMostBranches = 1000;

// A thing of which one attribute is known.
class OneAttribute final : public AttributeView {
 public:
  OneAttribute(std::string_view name, AttributeValue value)
      : name_(name), value_(std::move(value)) {}
  [[nodiscard]] const AttributeValue* Get(
      std::string_view name) const override {
    return name == name_ ? &value_ : nullptr;
  }

 private:
  std::string_view name_;
  AttributeValue value_;
};

// A comparison that was read with all its operands.
bool IsWhole(const Selector& selector) {
  const std::size_t least = selector.op == Operator::kRange ? 2 : 1;
  return selector.operands.size() >= least;
}

// What must hold of one attribute.
struct Demands {
  std::vector<const Selector*> comparisons;
  std::vector<const Selector*> negated;  // parts of `not`
};

class Conjunction {
 public:
  Conjunction(AttributeTable table, int& branches)
      : table_(table), branches_(branches) {}

  void Add(const Selector& selector) {
    switch (selector.op) {
      case Operator::kAll:
        for (const Selector& part : selector.parts) Add(part);
        break;
      case Operator::kAny:
        any_.push_back(&selector);
        break;
      case Operator::kNot:
        if (!selector.parts.empty() && IsWhole(selector.parts.front())) {
          const Selector& part = selector.parts.front();
          demands_[part.attribute].negated.push_back(&part);
        }
        break;
      default:
        if (!IsWhole(selector)) break;  // complained of already
        demands_[selector.attribute].comparisons.push_back(&selector);
    }
  }

  [[nodiscard]] bool NeverHolds() const {
    return std::any_of(demands_.begin(), demands_.end(),
                       [&](const auto& one) {
                         return Contradict(one.first, one.second);
                       }) ||
           std::any_of(any_.begin(), any_.end(),
                       [&](const Selector* one) { return NoBranch(*one); });
  }

 private:
  // The operands as the attribute's values: if any value meets all demands,
  // one of these does. Of equals and in every operand, else of ranges the low
  // ends (or, where there are none, the high ones).
  [[nodiscard]] static std::vector<AttributeValue> Candidates(
      const std::vector<const Selector*>& comparisons, bool& is_exact) {
    std::vector<AttributeValue> exact;
    std::vector<AttributeValue> low;
    std::vector<AttributeValue> high;
    const auto add = [](const Operand& operand,
                        std::vector<AttributeValue>& to) {
      to.push_back(operand.written);
      if (operand.quantity) to.push_back(*operand.quantity);
    };
    for (const Selector* one : comparisons) {
      if (one->op == Operator::kEquals || one->op == Operator::kIn) {
        for (const Operand& operand : one->operands) add(operand, exact);
      } else if (one->op == Operator::kAtLeast || one->op == Operator::kRange) {
        add(one->operands.front(), low);
      } else if (one->op == Operator::kAtMost) {
        add(one->operands.front(), high);
      }
    }
    is_exact = !exact.empty();
    if (is_exact) return exact;
    return low.empty() ? high : low;
  }

  [[nodiscard]] bool Contradict(const std::string& attribute,
                                const Demands& demands) const {
    const auto& comparisons = demands.comparisons;
    const bool absent = std::any_of(
        comparisons.begin(), comparisons.end(), [](const Selector* one) {
          return one->op == Operator::kExists &&
                 one->operands.front() == Operand{false};
        });
    const bool present = std::any_of(
        comparisons.begin(), comparisons.end(), [](const Selector* one) {
          return one->op != Operator::kExists ||
                 one->operands.front() == Operand{true};
        });
    if (absent) return present;
    for (const Selector* negated : demands.negated) {
      for (const Selector* one : comparisons) {
        if (*one == *negated) return true;
      }
    }
    const KnownAttribute* known = Find(table_, attribute);
    if (known == nullptr || known->type == AttributeType::kStrings) {
      return false;  // a list may have several elements
    }
    bool is_exact = false;
    const auto candidates = Candidates(comparisons, is_exact);
    return !candidates.empty() &&
           std::none_of(candidates.begin(), candidates.end(),
                        [&](const AttributeValue& value) {
                          const OneAttribute thing(attribute, value);
                          return Meets(thing, demands, is_exact);
                        });
  }

  [[nodiscard]] static bool Meets(const AttributeView& thing,
                                  const Demands& demands, bool is_exact) {
    const auto holds = [&](const Selector* one) {
      return Matches(*one, thing);
    };
    return std::all_of(demands.comparisons.begin(), demands.comparisons.end(),
                       holds) &&
           // The low end of a range may be excluded, and the next value not.
           (!is_exact || std::none_of(demands.negated.begin(),
                                      demands.negated.end(), holds));
  }

  // Whether each branch of an `any` contradicts the rest.
  [[nodiscard]] bool NoBranch(const Selector& any) const {
    return !any.parts.empty() && std::all_of(any.parts.begin(), any.parts.end(),
                                             [&](const Selector& part) {
                                               if (--branches_ < 0)
                                                 return false;
                                               Conjunction rest = *this;
                                               std::erase(rest.any_, &any);
                                               rest.Add(part);
                                               return rest.NeverHolds();
                                             });
  }

  AttributeTable table_;
  int& branches_;
  std::map<std::string, Demands> demands_;
  std::vector<const Selector*> any_;
};

}  // namespace

bool NeverHold(const std::vector<Selector>& selectors, AttributeTable table) {
  int branches = kMostBranches;
  Conjunction conjunction(table, branches);
  for (const Selector& selector : selectors) conjunction.Add(selector);
  return conjunction.NeverHolds();
}

}  // namespace acceld::policy
