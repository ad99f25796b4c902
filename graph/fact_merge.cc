#include "graph/fact_merge.h"

#include <algorithm>

#include "base/error.h"

namespace acceld::graph {

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
  if (attribute.name.empty()) {
    return AddFault(faults, where, "an attribute without a name");
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
