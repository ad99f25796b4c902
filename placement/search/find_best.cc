#include "placement/search/find_best.h"

#include <algorithm>
#include <utility>

#include "placement/search/probe.h"

namespace acceld::placement {
namespace {

// Up to 0.1 ms; a search that this does not end takes some times as long.
constexpr std::int64_t kProbeNodes = 2048;

}  // namespace

SearchResult FindBest(const Problem& problem, const SearchLimits& limits,
                      const Clock& clock) {
  if (!IsTiny(problem) || clock.Now() >= limits.deadline) {
    return Search(problem, limits, clock).Run();
  }
  ProbeResult probe = Probe(problem, std::min(limits.max_nodes, kProbeNodes),
                            limits.first_only);
  if (probe.complete || (limits.first_only && probe.values)) {
    SearchResult result;
    result.values = std::move(probe.values);
    result.total = probe.total;
    result.lower_bound = probe.complete ? probe.total : 0;
    result.nodes = probe.nodes;
    result.complete = probe.complete;
    return result;
  }
  SearchLimits rest = limits;
  rest.max_nodes -= probe.nodes;
  Search search(problem, rest, clock);
  if (probe.values) search.StartFrom(*std::move(probe.values), probe.total);
  SearchResult result = search.Run();
  result.nodes += probe.nodes;
  return result;
}

}  // namespace acceld::placement
