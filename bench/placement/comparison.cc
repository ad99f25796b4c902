#include "bench/placement/comparison.h"

#include <cmath>

namespace acceld::bench {
namespace {

// Whether `a` claims a cost that `b` has shown to be impossible, or to have no
// proof: something cheaper exists.
bool Refutes(const Measured& a, const Measured& b) {
  if (!a.proved) return false;
  if (a.cost.has_value() != b.cost.has_value()) return b.proved || b.cost;
  return a.cost && (b.proved ? *a.cost != *b.cost : *b.cost < *a.cost);
}

std::string Obstacle(const Measured& ours, const Measured& theirs) {
  if (!ours.trouble.empty()) return "ours failed";
  if (!theirs.trouble.empty()) return theirs.trouble;
  if (Refutes(ours, theirs) || Refutes(theirs, ours)) return "contradiction";
  if (!ours.proved) return "ours unproved";
  if (!theirs.proved && !theirs.at_limit) return "unproved";
  if (theirs.time <= Seconds(0)) return "too short to tell";
  return "";
}

}  // namespace

Comparison Compare(const Measured& ours, const Measured& theirs) {
  Comparison comparison;
  comparison.why_not = Obstacle(ours, theirs);
  comparison.contradicts = comparison.why_not == "contradiction";
  if (!comparison.why_not.empty()) return comparison;
  comparison.ratio = theirs.time / ours.time;
  comparison.is_at_least = !theirs.proved;
  return comparison;
}

std::optional<double> GeometricMean(const std::vector<double>& ratios) {
  if (ratios.empty()) return std::nullopt;
  double sum = 0;
  for (const double ratio : ratios) sum += std::log(ratio);
  return std::exp(sum / static_cast<double>(ratios.size()));
}

}  // namespace acceld::bench
