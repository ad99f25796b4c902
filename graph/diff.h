// Diff: what changed from one topology to another, by keys: things, their
// attributes, links, relations and faults. For `accel-topo diff` and `watch`,
// and for the daemon to say what a hot-plug event changed.
// Pure values and functions; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "graph/topology.h"
#include "probes/fact.h"

namespace acceld::graph {

enum class Change { kAdded, kRemoved, kChanged };
[[nodiscard]] std::string_view Name(Change change);  // "added", ...

// One value that differs. Absent: the side does not know it.
struct ValueChange {
  std::string name;
  std::optional<Attribute> before;
  std::optional<Attribute> after;
  // The value comes and goes while the machine is used (IsVolatile).
  bool is_volatile = false;
};

// Values are listed for kChanged only; what was added or removed is looked up
// in its topology.
struct VertexChange {
  Change change{};
  std::string key;
  VertexKind kind{};  // after the change, where it is still there
  // A change of the kind itself is the value "kind".
  std::vector<ValueChange> values;
};

// Links and relations. `Kind` is LinkKind or RelationKind.
template <typename Kind>
struct EdgeChange {
  Change change{};
  std::string from;  // keys
  std::string to;
  Kind kind{};
  // Of a link also its rates: "bandwidth" and "latency" (from -> to),
  // "backward bandwidth" and "backward latency".
  std::vector<ValueChange> values;
};

// A fault that appeared or went away.
struct FaultChange {
  Change change{};
  probes::Fault fault;
};

struct Diff {
  std::vector<VertexChange> vertices;               // by natural order of keys
  std::vector<EdgeChange<LinkKind>> links;          // by ends, then kind
  std::vector<EdgeChange<RelationKind>> relations;  // the same
  std::vector<FaultChange> faults;

  [[nodiscard]] bool empty() const {
    return vertices.empty() && links.empty() && relations.empty() &&
           faults.empty();
  }
  [[nodiscard]] std::size_t size() const {
    return vertices.size() + links.size() + relations.size() + faults.size();
  }
};

struct DiffOptions {
  // Leave out volatile values, and what has changed in nothing else.
  bool ignore_volatile = false;
  // Values count as changed also where only their evidence or source differs.
  bool provenance = false;
};

// What turns `before` into `after`. A link is the same whichever of its ends it
// is stated from. Complexity: n log n in vertices, links and relations
// together.
[[nodiscard]] Diff DiffOf(const Topology& before, const Topology& after,
                          const DiffOptions& options = {});

// Whether values of this name change while a machine is used, without any
// part of it changing: counts of what is in use (names ending in "_free",
// "_used" or "_in_use"), power states, and a PCIe link's present speed with
// the bandwidth that follows, for idle devices lower it.
[[nodiscard]] bool IsVolatile(std::string_view name);

}  // namespace acceld::graph
