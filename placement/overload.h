// Overload: which link of the machine is in the way of a request's traffic, for
// people who are refused. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/lanes.h"
#include "placement/problem.h"
#include "placement/request.h"
#include "placement/search/state.h"

namespace acceld::placement {

struct Overload {
  Lane lane;            // the one with the least room for the link's traffic
  BytesPerSecond load;  // what would go over it, the others' traffic included
  // Traffic of the link for which there is room everywhere, in whole MB/s; 0
  // where it is less.
  BytesPerSecond room;
};

// What is in the way of link number `link` where the others' traffic is what
// `request` states, and the stages are where `found` has them; nothing where
// there is room for it. Whether the request states its traffic does not matter.
// Requires: `found` places all of `problem`, which was made of `request`.
[[nodiscard]] std::optional<Overload> FindOverload(
    const Request& request, std::size_t link, const graph::Topology& topology,
    const Problem& problem, const Assignment& found);

// "root-port:0 -> switch-port:up has 16GB/s, and 20GB/s would go over it"
[[nodiscard]] std::string ToText(const graph::Topology& topology,
                                 const Overload& overload);

}  // namespace acceld::placement
