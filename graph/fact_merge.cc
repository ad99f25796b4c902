#include "graph/fact_merge.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <variant>

#include "base/error.h"

namespace acceld::graph {
namespace {

// Values that no machine document could carry (units are not negative).
bool IsPossible(const AttributeValue& value) {
  constexpr std::int64_t kWidest = 64;
  if (const Lanes* lanes = std::get_if<Lanes>(&value)) {
    return lanes->value() >= 0 && lanes->value() <= kWidest;
  }
  return std::visit(
      [](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (requires { v.value(); }) {
          return v >= T(0);
        } else {
          return true;
        }
      },
      value);
}

}  // namespace

Merge Judge(const Provenance& in_place, const Provenance& other,
            bool same_value) {
  if (other.evidence < in_place.evidence) return Merge::kReplace;
  if (other.evidence > in_place.evidence) return Merge::kKeep;
  if (!same_value) return Merge::kContradict;
  return other.source < in_place.source ? Merge::kReplace : Merge::kKeep;
}

void AddFault(std::vector<probes::Fault>& faults, std::string_view where,
              std::string what) {
  faults.push_back(
      {ErrorCode::kCorruptInput, std::string(where), std::move(what)});
}

void MergeAttribute(std::vector<Attribute>& attributes, Attribute attribute,
                    std::string_view where,
                    std::vector<probes::Fault>& faults) {
  if (!probes::IsKey(attribute.name)) {
    return AddFault(faults, where, "an attribute whose name is none");
  }
  if (!IsPossible(attribute.value)) {
    return AddFault(faults, where, attribute.name + ": impossible quantity");
  }
  const auto at =
      std::lower_bound(attributes.begin(), attributes.end(), attribute.name,
                       [](const Attribute& a, const std::string& name) {
                         return a.name < name;
                       });
  if (at == attributes.end() || at->name != attribute.name) {
    attributes.insert(at, std::move(attribute));
    return;
  }
  switch (Judge(at->from, attribute.from, at->value == attribute.value)) {
    case Merge::kReplace:
      *at = std::move(attribute);
      return;
    case Merge::kKeep:
      return;
    case Merge::kContradict:
      AddFault(faults, where,
               attribute.name + ": '" + ToText(at->value) + "' (" +
                   at->from.source + ") and '" + ToText(attribute.value) +
                   "' (" + attribute.from.source +
                   ") contradict; the first is kept");
  }
}

}  // namespace acceld::graph
