// ClusterBound, second half: the placement behind the bound.
#include <algorithm>

#include "placement/search/cluster_bound.h"

namespace acceld::placement {

// Of placements that cost the same, one that takes early sites: parts are asked
// in the order of their least sites, for as many variables as they can hold.
Assignment ClusterBound::Solution() {
  Assignment found(problem_.classes.size());
  Trace(tree_.whole(), counts_.all(), found);
  return found;
}

// Of the ways to take a part of `open` from one table and the rest from another
// at the least cost, the one with the most variables, of the earliest classes.
ClusterBound::Code ClusterBound::Share(const Table& mine, const Table& others,
                                       Code open) const {
  Code best = 0;
  Cost least = kForbidden;
  std::int64_t most = -1;
  const Code* const end = counts_.PartsEnd(open);
  for (const Code* at = counts_.PartsBegin(open); at != end; ++at) {
    if (mine[*at] >= kForbidden || others[open - *at] >= kForbidden) continue;
    const Cost cost = mine[*at] + others[open - *at];
    std::int64_t variables = 0;
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      variables += counts_.Of(*at, c);
    }
    if (cost > least || (cost == least && variables < most) ||
        (cost == least && variables == most && *at > best)) {
      continue;
    }
    least = cost;
    most = variables;
    best = *at;
  }
  return best;
}

void ClusterBound::Trace(std::size_t cluster, Code open, Assignment& found) {
  const Cluster& it = tree_.clusters()[cluster];
  if (it.site != kNone) {
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      const auto count = static_cast<std::size_t>(counts_.Of(open, c));
      found[c].insert(found[c].end(), count, sites_.value[c][it.site]);
    }
    return;
  }
  // Kinds of parts by their first, which need not be the order of their types.
  std::vector<const Parts*> parts;
  std::map<std::size_t, std::size_t> first;  // site, by type
  for (const std::size_t part : it.parts) {
    const Cluster& one = tree_.clusters()[part];
    const auto entry = first.try_emplace(one.type, one.first).first;
    entry->second = std::min(entry->second, one.first);
  }
  for (const Parts& kind : types_[it.type].parts) parts.push_back(&kind);
  std::sort(parts.begin(), parts.end(), [&](const Parts* a, const Parts* b) {
    return first[a->type] < first[b->type];
  });
  // From each kind on: the parts of this and all later kinds, combined.
  std::vector<Table> from(parts.size());
  for (std::size_t i = parts.size(); i-- > 0;) {
    from[i] = parts[i]->Some(parts[i]->all);
    if (i + 1 < parts.size()) Combine(from[i], from[i + 1], open);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Code mine =
        i + 1 == parts.size()
            ? open
            : Share(parts[i]->Some(parts[i]->all), from[i + 1], open);
    TraceParts(cluster, *parts[i], mine, found);
    open -= mine;
  }
}

void ClusterBound::TraceParts(std::size_t cluster, const Parts& parts,
                              Code open, Assignment& found) {
  std::size_t left = parts.all;
  for (const std::size_t part : tree_.clusters()[cluster].parts) {
    if (open == 0) return;
    if (tree_.clusters()[part].type != parts.type) continue;
    --left;
    const Code mine = Share(parts.Some(1), parts.Some(left), open);
    if (mine != 0) Trace(part, mine, found);
    open -= mine;
  }
}

}  // namespace acceld::placement
