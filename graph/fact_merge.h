// How facts about the same thing become one: the better evidence wins; among
// equals the first wins, and where they differ that is a fault.
// Pure; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "probes/fact.h"

namespace acceld::graph {

enum class Merge {
  kReplace,     // the newcomer wins
  kKeep,        // the one in place wins
  kContradict,  // the one in place wins; equal evidence says otherwise
};

// Who wins of two values, given their evidence. Where value and evidence
// agree, the source that sorts first wins, so that the order of the facts does
// not show.
[[nodiscard]] Merge Judge(const Provenance& in_place, const Provenance& other,
                          bool same_value);

// Records what is wrong with facts about `where` (a key, or "A -> B").
void AddFault(std::vector<probes::Fault>& faults, std::string_view where,
              std::string what);

// Puts `attribute` into `attributes`, which stays sorted by name.
void MergeAttribute(std::vector<Attribute>& attributes, Attribute attribute,
                    std::string_view where, std::vector<probes::Fault>& faults);

// The same for one rate of a link; `what` names it ("bandwidth").
template <typename T>
void MergeSourced(std::optional<Sourced<T>>& in_place,
                  std::optional<Sourced<T>> other, std::string_view what,
                  std::string_view where, std::vector<probes::Fault>& faults) {
  if (!other) return;
  const Merge merge = in_place ? Judge(in_place->from, other->from,
                                       in_place->value == other->value)
                               : Merge::kReplace;
  if (merge == Merge::kReplace) in_place = std::move(other);
  if (merge == Merge::kContradict) {
    AddFault(faults, where,
             std::string(what) + ": " + ToString(in_place->value) + " and " +
                 ToString(other->value) + " contradict; the first is kept");
  }
}

}  // namespace acceld::graph
