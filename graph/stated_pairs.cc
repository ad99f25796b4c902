#include "graph/stated_pairs.h"

#include <string_view>

namespace acceld::graph {
namespace {

std::uint64_t PairKey(VertexId from, VertexId to) {
  return (std::uint64_t{from.value()} << 32) | to.value();
}

// Zero is how firmware says that it does not know (ACPI HMAT, 5.2.27.4).
template <typename T>
std::optional<Sourced<T>> Get(const Relation& relation, std::string_view name) {
  for (const Attribute& attribute : relation.attributes) {
    if (attribute.name != name) continue;
    const T* value = std::get_if<T>(&attribute.value);
    if (value != nullptr && value->value() > 0) {
      return Sourced<T>{*value, attribute.from};
    }
  }
  return std::nullopt;
}

}  // namespace

StatedPairs::StatedPairs(std::size_t vertices,
                         std::span<const Relation> relations)
    : partners_(vertices) {
  for (const Relation& relation : relations) {
    if (relation.kind != RelationKind::kAccess) continue;
    const StatedPair pair{Get<Nanoseconds>(relation, "read_latency"),
                          Get<BytesPerSecond>(relation, "read_bandwidth")};
    if (!pair.latency && !pair.bandwidth) continue;
    Add(relation.from, relation.to, pair);
    Add(relation.to, relation.from, pair);
  }
}

void StatedPairs::Add(VertexId from, VertexId to, const StatedPair& pair) {
  if (!pairs_.emplace(PairKey(from, to), pair).second) return;
  partners_[from.value()].push_back(to);
}

const StatedPair* StatedPairs::Find(VertexId from, VertexId to) const {
  const auto at = pairs_.find(PairKey(from, to));
  return at == pairs_.end() ? nullptr : &at->second;
}

}  // namespace acceld::graph
