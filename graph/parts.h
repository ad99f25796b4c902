// The parts of a Topology: vertices, links, relations and what is known of the
// way between two vertices.
// Value types of one immutable snapshot; no threading rule.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/strong.h"
#include "base/topology_terms.h"
#include "base/units.h"

namespace acceld::graph {

struct VertexIdTag {};
// Index of a vertex in its own snapshot; keys, not ids, survive a new snapshot.
using VertexId = Strong<VertexIdTag, std::uint32_t>;

class Vertex final : public AttributeView {
 public:
  VertexId id;
  VertexKind kind{};
  std::string key;
  std::vector<Attribute> attributes;  // sorted by name, one per name

  [[nodiscard]] const AttributeValue* Get(std::string_view name) const override;
  // With its provenance; null where it is not known.
  [[nodiscard]] const Attribute* Find(std::string_view name) const;
};

// One direction of a link, complete: what no fact gave is assumed and says so.
struct Rate {
  Sourced<BytesPerSecond> bandwidth;
  Sourced<Nanoseconds> latency;
};

struct Link {
  VertexId from;
  VertexId to;
  LinkKind kind{};
  Rate forward;   // from -> to
  Rate backward;  // to -> from
  std::vector<Attribute> attributes;
};

struct Relation {
  VertexId from;
  VertexId to;
  RelationKind kind{};
  std::vector<Attribute> attributes;
  Provenance provenance;
};

// Bandwidth where nothing limits it: from a vertex to itself, and between an
// engine, its accelerator and the function it drives, which are one device.
inline constexpr BytesPerSecond kUnlimited{
    std::numeric_limits<std::int64_t>::max()};

// From one vertex to another. Latency is that of the fastest path, bandwidth
// that of the widest; the two need not be the same path. Where the firmware
// states the pair (HMAT, accessN), its values are taken instead.
struct Distance {
  Nanoseconds latency;
  BytesPerSecond bandwidth;
  int hops = 0;  // links on the fastest path
  Locality locality = Locality::kCrossPackage;
  Evidence evidence = Evidence::kAssumed;  // the weakest of those used
  std::vector<VertexId> path;              // fastest path, both ends included
};

}  // namespace acceld::graph
