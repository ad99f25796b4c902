// Fabrics of about 4,000 vertices for route_bench: hosts with two sockets,
// eight GPUs and eight NICs behind four PCIe switches, joined by leaf and
// spine switches. Links are wires that can be changed one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/topology_terms.h"
#include "graph/builder.h"

namespace acceld::bench {

struct Wire {
  std::string from;
  std::string to;
  LinkKind kind{};
  std::int64_t gigabytes = 0;  // per second, both directions
  std::int64_t nanoseconds = 0;
};

struct Fabric {
  std::string name;
  std::vector<Wire> wires;

  // As a snapshot has them: resolved, all-to-all links folded into hubs.
  [[nodiscard]] graph::Parts Resolve() const;
  // Requires: there is one.
  [[nodiscard]] Wire& Find(const std::string& from, const std::string& to);
};

// 76 hosts, each with its GPUs in an all-to-all mesh: 3,998 vertices.
[[nodiscard]] Fabric LeafAndSpine();
// 78 hosts, 72 GPUs to a switch of their own (NVSwitch): 4,033 vertices.
[[nodiscard]] Fabric SwitchStars();

}  // namespace acceld::bench
