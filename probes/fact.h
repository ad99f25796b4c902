// Facts: what the probes say about one machine, and the first value of the
// flow (FactSet -> Topology). Probes only add; the graph's builder resolves
// duplicates, contradictions and dangling ends.
//
// Things are named by keys: "KIND:NAME", for example "package:0", "numa:1",
// "memory:1" (the memory of NUMA node 1), "pci:0000:3a:00.0",
// "root-port:0000:00:01.0", "host-bridge:0000:00", "accelerator:renderD128",
// "iommu:dmar0". A key is 1 to 128 characters of [A-Za-z0-9:._/-] and is
// what people type at `accel-topo distance A B`.
//
// Value types, owned by the caller of the probes; not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "base/error.h"
#include "base/topology_terms.h"

namespace acceld::probes {

struct EntityFact {
  std::string key;
  VertexKind kind;
  friend bool operator==(const EntityFact&, const EntityFact&) = default;
};

struct AttributeFact {
  std::string key;  // of the entity it is about
  Attribute attribute;
  friend bool operator==(const AttributeFact&, const AttributeFact&) = default;
};

// One direction of a link. What is absent, the graph assumes by the kind of
// link (graph/link_defaults.h) and says so.
struct LinkRate {
  std::optional<Sourced<BytesPerSecond>> bandwidth;
  std::optional<Sourced<Nanoseconds>> latency;
  friend bool operator==(const LinkRate&, const LinkRate&) = default;
};

struct LinkFact {
  std::string from;
  std::string to;
  LinkKind kind;
  LinkRate forward;                   // from -> to
  LinkRate backward;                  // to -> from
  std::vector<Attribute> attributes;  // PCIe: "speed", "width", "max_speed",
                                      // "max_width"
  friend bool operator==(const LinkFact&, const LinkFact&) = default;
};

struct RelationFact {
  std::string from;
  std::string to;
  RelationKind kind;
  std::vector<Attribute> attributes;  // kAccess: "read_latency",
                                      // "write_latency", "read_bandwidth",
                                      // "write_bandwidth"
  Provenance provenance;
  friend bool operator==(const RelationFact&, const RelationFact&) = default;
};

// One thing that could not be read or believed. The rest of the machine
// stands.
struct Fault {
  ErrorCode code;
  std::string where;  // "/sys/class/drm/renderD128/device/vendor"
  std::string what;   // for people
  friend bool operator==(const Fault&, const Fault&) = default;
};

struct FactSet {
  std::vector<EntityFact> entities;
  std::vector<AttributeFact> attributes;
  std::vector<LinkFact> links;
  std::vector<RelationFact> relations;
  std::vector<Fault> faults;

  void AddEntity(std::string key, VertexKind kind);
  void AddAttribute(std::string key, std::string_view name,
                    AttributeValue value, Provenance from);
  void AddRelation(std::string from, std::string to, RelationKind kind,
                   Provenance provenance);
  // Records `error` as a fault on `where`; both without control characters and
  // bytes that are no text, which a file's name or content may have.
  void AddFault(std::string_view where, const Error& error);
  // Adds all facts of `other`, in their order.
  void Append(const FactSet& other);

  friend bool operator==(const FactSet&, const FactSet&) = default;
};

// Whether `key` has the form described above.
[[nodiscard]] bool IsKey(std::string_view key);

}  // namespace acceld::probes
