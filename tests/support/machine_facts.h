// MachineFacts: writes FactSets of small machines in few words. Tests only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "base/units.h"
#include "graph/topology.h"
#include "probes/fact.h"

namespace acceld::testing {

class MachineFacts {
 public:
  // An entity whose kind is the part of the key before the first ':'.
  MachineFacts& Thing(std::string key) {
    const auto kind = ParseVertexKind(key.substr(0, key.find(':')));
    facts_.AddEntity(std::move(key), kind.value_or(VertexKind::kAccelerator));
    return *this;
  }
  MachineFacts& Attribute(std::string key, std::string_view name,
                          AttributeValue value,
                          Evidence evidence = Evidence::kFirmware) {
    facts_.AddAttribute(std::move(key), name, std::move(value),
                        {evidence, "test"});
    return *this;
  }
  // Symmetric, measured. Things not yet stated are stated.
  MachineFacts& Link(const std::string& from, const std::string& to,
                     LinkKind kind, std::int64_t gigabytes_per_second,
                     std::int64_t nanoseconds) {
    State(from);
    State(to);
    const probes::LinkRate rate{
        Sourced<BytesPerSecond>{
            BytesPerSecond(gigabytes_per_second * 1'000'000'000),
            {Evidence::kMeasured, "test"}},
        Sourced<Nanoseconds>{Nanoseconds(nanoseconds),
                             {Evidence::kMeasured, "test"}}};
    facts_.links.push_back({from, to, kind, rate, rate, {}});
    return *this;
  }
  MachineFacts& Relation(const std::string& from, const std::string& to,
                         RelationKind kind) {
    State(from);
    State(to);
    facts_.AddRelation(from, to, kind, {Evidence::kFirmware, "test"});
    return *this;
  }
  [[nodiscard]] probes::FactSet& facts() { return facts_; }
  [[nodiscard]] std::shared_ptr<const graph::Topology> Build() const {
    return graph::Topology::Build(facts_, 1);
  }

 private:
  void State(const std::string& key) {
    for (const probes::EntityFact& entity : facts_.entities) {
      if (entity.key == key) return;
    }
    Thing(key);
  }

  probes::FactSet facts_;
};

}  // namespace acceld::testing
