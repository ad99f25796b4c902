// The part of Routes that takes rows over from the snapshot before.
#include <algorithm>
#include <utility>

#include "graph/routes.h"

namespace acceld::graph {
namespace {

// Places of vertices that are gone or got a new one stay empty. Beyond one in
// eight, with some to begin with, a fresh start costs less than they do.
bool IsTooLong(std::size_t places, std::size_t vertices) {
  return places > vertices + vertices / 8 + 64;
}

template <typename T>
bool IsSame(const std::optional<Sourced<T>>& a,
            const std::optional<Sourced<T>>& b) {
  return a.has_value() == b.has_value() && (!a || a->value == b->value);
}

}  // namespace

bool Routes::IsStatedAlike(VertexId id, const Routes& before,
                           SameVertices same) const {
  const VertexId old = *same[id.value()];
  const auto partners = stated_.PartnersOf(id);
  if (partners.size() != before.stated_.PartnersOf(old).size()) return false;
  return std::all_of(partners.begin(), partners.end(), [&](VertexId partner) {
    if (!same[partner.value()]) return false;
    const StatedPair* was = before.stated_.Find(old, *same[partner.value()]);
    const StatedPair& is = *stated_.Find(id, partner);
    return was != nullptr && IsSame(was->latency, is.latency) &&
           IsSame(was->bandwidth, is.bandwidth);
  });
}

// Vertices whose distances may differ get places that old rows do not have.
void Routes::KeepColumns(const Routes& before, SameVertices same,
                         const std::vector<bool>& is_new) {
  ends_.assign(before.ends_.size(), 0);
  for (std::size_t i = 0; i < place_.size(); ++i) {
    if (is_new[i]) {
      place_[i] = static_cast<std::uint32_t>(ends_.size());
      ends_.push_back(nodes_.entry[i]);
    } else {
      place_[i] = before.place_[same[i]->value()];
      ends_[place_[i]] = nodes_.entry[i];
    }
  }
}

Routes::Costs Routes::Detours(std::span<const WideChange> changes) const {
  Costs detours(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const WideChange& change = changes[i];
    if (!change.from_node || !change.to_node) continue;
    contraction()->Sweep(*change.from_node, Contraction::Direction::kFrom,
                         std::span(&*change.to_node, 1),
                         std::span(&detours[i], 1));
  }
  return detours;
}

bool Routes::RowStands(const Routes& before, VertexId old,
                       std::span<const WideChange> changes,
                       std::span<const RouteCost> detours) {
  const auto row = before.rows_.Find(old.value());
  auto cost_to = [&](VertexId to) -> std::optional<RouteCost> {
    const std::uint32_t place = before.place_[to.value()];
    // What firmware states of a pair says nothing of its links.
    if (place >= row->size() || before.stated_.Find(old, to) != nullptr) {
      return std::nullopt;
    }
    return (*row)[place];
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!Stands(changes[i], cost_to, detours[i])) return false;
  }
  return true;
}

void Routes::TakeOver(const Routes& before, SameVertices same) {
  if (before.row_count() == 0) return;
  const auto changes = CompareRoutes(before.nodes_, nodes_, same);
  if (!changes || contraction() == nullptr) return;
  const auto new_places = static_cast<std::size_t>(
      std::count(changes->to.begin(), changes->to.end(), true));
  if (IsTooLong(before.ends_.size() + new_places, place_.size())) return;
  const Costs detours = Detours(changes->wide);
  KeepColumns(before, same, changes->to);
  for (std::size_t i = 0; i < same.size(); ++i) {
    const VertexId id(static_cast<std::uint32_t>(i));
    if (changes->from[i]) continue;
    auto row = before.rows_.Find(same[i]->value());
    if (row == nullptr || !IsStatedAlike(id, before, same) ||
        !RowStands(before, *same[i], changes->wide, detours)) {
      continue;
    }
    rows_.Keep(i, std::move(row));
  }
}

}  // namespace acceld::graph
