// Planning: the whole of placement on a machine in one call, as root sees it.
// Tests only.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "tests/support/fake_clock.h"

namespace acceld::testing {

// A request written as JSON; fails the test where it is none.
inline placement::Request RequestOf(const std::string& json) {
  const auto document = ParseJson(json);
  EXPECT_TRUE(document) << json;
  if (!document) return {};
  auto request = placement::ParseRequest(*document);
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request ? *std::move(request) : placement::Request{};
}

// Two copiers in a row, with `link` and `rest` more.
inline placement::Request TwoCopies(const std::string& link,
                                    const std::string& rest) {
  return RequestOf(R"({"stages": [{"name": "x", "function": "copy"},
                                  {"name": "y", "function": "copy"}],
      "links": [{"from": "x", "to": "y")" +
                   link + "}]" + rest + "}");
}

struct Planning {
  placement::Request request;
  std::shared_ptr<const graph::Topology> topology;
  placement::Occupancy occupancy;
  policy::Objective objective;
  placement::CandidateSet candidates;

  Planning(placement::Request asked,
           std::shared_ptr<const graph::Topology> machine,
           placement::Occupancy taken = {})
      : request(std::move(asked)),
        topology(std::move(machine)),
        occupancy(std::move(taken)),
        candidates(placement::FindCandidates(
            request, *topology, occupancy, *policy::Policy::Default(),
            policy::Subject{},
            [](const graph::Vertex&) { return std::nullopt; })) {}

  [[nodiscard]] placement::Outcome Solve() const {
    const FakeClock clock;
    const placement::Budget budget{clock.Now() + std::chrono::seconds(1)};
    return placement::Solve(request, candidates, *topology, occupancy,
                            objective, budget, clock);
  }
  [[nodiscard]] Status Verify(const placement::Placement& placement) const {
    return placement::Verify(request, candidates, *topology, occupancy,
                             objective, placement);
  }
  // Fails the test where nothing fits.
  [[nodiscard]] placement::Solved Best() const {
    auto outcome = Solve();
    auto* solved = std::get_if<placement::Solved>(&outcome);
    EXPECT_NE(solved, nullptr);
    return solved == nullptr ? placement::Solved{} : std::move(*solved);
  }
  [[nodiscard]] const std::string& Key(graph::VertexId id) const {
    return topology->vertex(id).key;
  }
};

}  // namespace acceld::testing
