#include "placement/refusal.h"

#include <algorithm>

namespace acceld::placement {
namespace {

bool IsOfStages(const Refusal& refusal) {
  return std::all_of(
      refusal.conflict.begin(), refusal.conflict.end(),
      [](const ConflictingDemand& one) { return one.kind == "stage"; });
}

std::string Line(const ConflictingDemand& demand) {
  std::string text = "  " + demand.text;
  if (demand.fits_without != true) return text;
  text.append(" (it fits without this one");
  if (!demand.fits_with.empty()) {
    text.append(", or with ").append(demand.fits_with);
  }
  return text + ")";
}

std::string Verdict(const Refusal& refusal) {
  if (!refusal.minimal) return "the deadline ended the search for fewer";
  const auto& all = refusal.conflict;
  const bool each_helps = std::all_of(
      all.begin(), all.end(),
      [](const ConflictingDemand& one) { return one.fits_without == true; });
  if (!each_helps) return "these are not the only demands that conflict";
  return all.size() == 1 ? "drop it" : "drop any one of them";
}

}  // namespace

std::vector<std::string> Refusal::Suggestions() const {
  std::vector<std::string> found;
  for (const ConflictingDemand& one : conflict) {
    if (one.fits_without != true || one.fits_with.empty()) continue;
    found.push_back("allow " + one.fits_with + " at " + one.pointer);
  }
  for (const ConflictingDemand& one : conflict) {
    if (one.fits_without == true) found.push_back("drop " + one.pointer);
  }
  return found;
}

std::vector<std::string> ReasonLines(const Refusal& refusal) {
  std::vector<std::string> lines;
  for (const EmptyPart& part : refusal.empty) lines.push_back(part.text);
  if (!lines.empty()) return lines;
  if (refusal.conflict.empty()) {
    return {
        "each part has a place, but not all of them together; the deadline "
        "ended the search for what is in the way"};
  }
  lines.emplace_back(
      IsOfStages(refusal)
          ? "the stages need more room than their devices have free:"
          : "each part has a place, but these demands cannot be met together:");
  for (const ConflictingDemand& one : refusal.conflict) {
    lines.push_back(Line(one));
  }
  lines.push_back(Verdict(refusal));
  return lines;
}

}  // namespace acceld::placement
