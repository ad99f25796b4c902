#include "placement/link_loads.h"

#include <algorithm>

#include "placement/cost.h"
#include "placement/tight_links.h"

namespace acceld::placement {

std::unique_ptr<LinkLoads> LinkLoads::Make(
    const graph::Topology& topology,
    const std::vector<std::span<const graph::VertexId>>& domains,
    const std::vector<StatedFlow>& flows) {
  if (flows.empty()) return nullptr;
  // A lane carries each flow once at most, and shares are rounded down.
  std::int64_t most = 0;
  for (const StatedFlow& flow : flows) most = AddCost(most, flow.all);
  std::vector<graph::VertexId> places;
  for (const StatedFlow& flow : flows) {
    for (const std::size_t end : {flow.from, flow.to}) {
      places.insert(places.end(), domains[end].begin(), domains[end].end());
    }
  }
  const auto least = LeastTightBandwidth(topology, places, most);
  if (!least) return nullptr;
  return std::unique_ptr<LinkLoads>(
      new LinkLoads(topology, domains, flows, most, *least));
}

LinkLoads::LinkLoads(
    const graph::Topology& topology,
    const std::vector<std::span<const graph::VertexId>>& domains,
    const std::vector<StatedFlow>& flows, std::int64_t most, std::int64_t least)
    : topology_(topology),
      classes_(domains.size()),
      most_(most),
      least_(least),
      ties_(classes_ * classes_),
      between_(classes_ * classes_),
      place_(classes_) {
  const auto tie = [&](std::size_t a, std::size_t b, Tie one) {
    ties_[a * classes_ + b].push_back(one);
    std::int64_t& sum = between_[a * classes_ + b];
    sum = AddCost(sum, one.share);
  };
  for (const StatedFlow& flow : flows) {
    tie(flow.from, flow.to, {flow.share, false});
    tie(flow.to, flow.from, {flow.share, true});
    for (const std::size_t end : {flow.from, flow.to}) {
      if (!place_[end].empty()) continue;
      for (const graph::VertexId vertex : domains[end]) {
        const auto next = static_cast<std::uint32_t>(places_.size());
        const auto [entry, is_new] = numbers_.try_emplace(vertex, next);
        if (is_new) places_.push_back(vertex);
        place_[end].push_back(entry->second);
      }
    }
  }
  rows_.resize(places_.size());
}

std::span<const std::uint32_t> LinkLoads::LanesOf(graph::VertexId from,
                                                  graph::VertexId to) const {
  const auto a = numbers_.find(from);
  const auto b = numbers_.find(to);
  if (a == numbers_.end() || b == numbers_.end()) return {};
  return Lanes(a->second, b->second);
}

std::span<const std::uint32_t> LinkLoads::Lanes(std::uint32_t from,
                                                std::uint32_t to) const {
  Row& row = rows_[from];
  if (row.begin.empty()) ComputeRow(from, row);
  return std::span(row.lanes).subspan(row.begin[to],
                                      row.begin[to + 1] - row.begin[to]);
}

void LinkLoads::ComputeRow(std::uint32_t from, Row& row) const {
  row.begin.push_back(0);
  for (const graph::VertexId to : places_) {
    for (const Lane& lane : LanesBetween(topology_, places_[from], to)) {
      if (lane.bandwidth.value() >= most_) continue;
      const auto next = static_cast<std::uint32_t>(capacity_.size());
      const auto [entry, is_new] =
          lane_numbers_.try_emplace(lane.identity(), next);
      if (is_new) capacity_.push_back(lane.bandwidth.value());
      row.lanes.push_back(entry->second);
    }
    row.begin.push_back(static_cast<std::uint32_t>(row.lanes.size()));
  }
}

bool LinkLoads::Overloads(std::size_t a, std::size_t x, std::size_t b,
                          std::size_t y) const {
  if (Between(a, b) <= least_) return false;
  std::vector<std::pair<std::uint32_t, std::int64_t>> loads;
  ForEach(a, x, b, y, [&](std::uint32_t lane, std::int64_t share) {
    loads.emplace_back(lane, share);
  });
  std::sort(loads.begin(), loads.end());
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const bool goes_on = i > 0 && loads[i - 1].first == loads[i].first;
    sum = AddCost(goes_on ? sum : 0, loads[i].second);
    if (sum > capacity_[loads[i].first]) return true;
  }
  return false;
}

}  // namespace acceld::placement
