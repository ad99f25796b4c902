#include "probes/node_links.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace acceld::probes {
namespace {

constexpr std::string_view kDistance = "distance";

std::optional<int> Distance(const NumaNode& from, const NumaNode& to) {
  const auto found = from.distance.find(to.index);
  if (found == from.distance.end()) return std::nullopt;
  return found->second;
}

std::string DistanceFile(const NumaNode& node) {
  return "/" + NodePath(node.index) + "/distance";
}

// How near an initiator is to a memory. Whom the firmware names comes first:
// the kernel's access classes name the best initiators only, and distances are
// often all the same. Then by latency, then by distance.
struct Nearness {
  bool is_unnamed = true;
  std::int64_t latency = std::numeric_limits<std::int64_t>::max();
  int distance = std::numeric_limits<int>::max();
  friend auto operator<=>(const Nearness&, const Nearness&) = default;
  [[nodiscard]] bool IsKnown() const { return *this != Nearness(); }
};

Nearness NearnessOf(const NumaNode& initiator, const NumaNode& target,
                    const AccessMatrix& matrix) {
  Nearness nearness;
  const AccessCell* cell = FindCell(matrix, initiator.index, target.index);
  if (cell != nullptr && cell->unreachable) return nearness;
  nearness.is_unnamed = cell == nullptr || !cell->IsStated();
  const auto latency = cell == nullptr ? std::nullopt : cell->LatencyIn();
  if (latency) {
    nearness.latency = latency->value.value();
    nearness.distance = 0;  // latencies that are equal are equally near
  } else if (const auto distance = Distance(initiator, target);
             distance && *distance < kUnreachableDistance) {
    nearness.distance = *distance;
  }
  return nearness;
}

// The nodes that a memory's buses lead to.
std::vector<const NumaNode*> BusEnds(std::span<const NumaNode> nodes,
                                     const NumaNode& target,
                                     const AccessMatrix& matrix) {
  const bool has_own_cpus = !target.cpus.empty();
  Nearness best;  // of a node with CPUs
  for (const NumaNode& node : nodes) {
    const bool counts =
        has_own_cpus ? node.index == target.index : !node.cpus.empty();
    if (counts) best = std::min(best, NearnessOf(node, target, matrix));
  }
  std::vector<const NumaNode*> ends;
  for (const NumaNode& node : nodes) {
    const Nearness nearness = NearnessOf(node, target, matrix);
    bool is_end = false;
    if (has_own_cpus && !node.cpus.empty()) {
      is_end = node.index == target.index;  // whatever is known of it
    } else if (!node.cpus.empty()) {
      is_end = nearness.IsKnown() && nearness == best;
    } else {
      // Only the firmware can say that a device is near: SLIT calls a memory's
      // own node nearest, and a node is no initiator for that.
      is_end = !nearness.is_unnamed && nearness <= best;
    }
    if (is_end) ends.push_back(&node);
  }
  return ends;
}

LinkFact MemoryBus(const NumaNode& node, const NumaNode& target,
                   const AccessMatrix& matrix) {
  // CPUs reach the memory of a GPU over what joins them with the GPU.
  LinkFact link{NodeKey(node.index),
                MemoryKey(target.index),
                target.gpu.empty() ? LinkKind::kMemoryBus : LinkKind::kFabric,
                {},
                {},
                {}};
  if (const auto* cell = FindCell(matrix, node.index, target.index)) {
    link.forward = {cell->BandwidthOut(), cell->LatencyOut()};
    link.backward = {cell->BandwidthIn(), cell->LatencyIn()};
  }
  return link;
}

// What crossing from `from` to `to` adds to an access, by the distance.
std::optional<Sourced<Nanoseconds>> LatencyByDistance(const NumaNode& from,
                                                      const NumaNode& to) {
  const auto distance = Distance(from, to);
  if (!distance) return std::nullopt;
  return Sourced<Nanoseconds>{
      Nanoseconds(kAssumedLocalLatency.value() * (*distance - kLocalDistance) /
                  kLocalDistance),
      {Evidence::kComputed,
       "(distance - 10) / 10 of an assumed local latency; " +
           DistanceFile(from)}};
}

std::optional<Sourced<Nanoseconds>> Difference(
    const std::optional<Sourced<Nanoseconds>>& remote,
    const std::optional<Sourced<Nanoseconds>>& local) {
  if (!remote || !local) return std::nullopt;
  return Sourced<Nanoseconds>{
      std::max(Nanoseconds(0), remote->value - local->value),
      {Evidence::kComputed,
       "remote access less local access; " + remote->from.source}};
}

// The memory by which a node with CPUs is measured: its own, or else the
// nearest. The node's own number where there is neither.
int MemoryBy(const NumaNode& node, std::span<const NumaNode> nodes,
             const AccessMatrix& matrix) {
  int memory = node.index;
  if (node.memory != Bytes(0)) return memory;
  Nearness best;
  for (const NumaNode& target : nodes) {
    if (target.memory == Bytes(0)) continue;
    const Nearness nearness = NearnessOf(node, target, matrix);
    if (nearness >= best) continue;
    best = nearness;
    memory = target.index;
  }
  return memory;
}

struct Machine {
  std::span<const NumaNode> nodes;
  const AccessMatrix& matrix;
};

// From `from` to `to`: what a write of `from` into the memory of `to` says, or
// else what a read of `to` from the memory of `from` says.
LinkRate RateBetween(const NumaNode& from, const NumaNode& to,
                     const Machine& machine) {
  LinkRate rate;
  // Accesses of a device bypass the CPUs: they say nothing of a link to them.
  if (from.cpus.empty() || to.cpus.empty()) {
    rate.latency = LatencyByDistance(from, to);
    return rate;
  }
  const int to_memory = MemoryBy(to, machine.nodes, machine.matrix);
  const int from_memory = MemoryBy(from, machine.nodes, machine.matrix);
  const auto cell = [&machine](const NumaNode& initiator, int target) {
    return FindCell(machine.matrix, initiator.index, target);
  };
  if (cell(from, to_memory) != nullptr && cell(to, to_memory) != nullptr) {
    rate.bandwidth = cell(from, to_memory)->BandwidthOut();
    rate.latency = Difference(cell(from, to_memory)->LatencyOut(),
                              cell(to, to_memory)->LatencyOut());
  }
  if (cell(to, from_memory) != nullptr && cell(from, from_memory) != nullptr) {
    if (!rate.bandwidth) {
      rate.bandwidth = cell(to, from_memory)->BandwidthIn();
    }
    if (!rate.latency) {
      rate.latency = Difference(cell(to, from_memory)->LatencyIn(),
                                cell(from, from_memory)->LatencyIn());
    }
  }
  if (!rate.latency) rate.latency = LatencyByDistance(from, to);
  if (rate.bandwidth && rate.bandwidth->from.evidence < Evidence::kComputed) {
    rate.bandwidth->from = {
        Evidence::kComputed,
        "bandwidth of remote access; " + rate.bandwidth->from.source};
  }
  return rate;
}

bool IsSevered(const NumaNode& a, const NumaNode& b) {
  const auto distance = Distance(a, b);
  return distance && *distance >= kUnreachableDistance;
}

LinkFact NodeLink(const NumaNode& from, const NumaNode& to, LinkKind kind,
                  const Machine& machine) {
  LinkFact link{NodeKey(from.index),
                NodeKey(to.index),
                kind,
                RateBetween(from, to, machine),
                RateBetween(to, from, machine),
                {}};
  if (const auto distance = Distance(from, to)) {
    link.attributes.push_back({std::string(kDistance),
                               static_cast<std::int64_t>(*distance),
                               {Evidence::kFirmware, DistanceFile(from)}});
  }
  return link;
}

// A package is a socket; a GPU's memory is behind a fabric (NVLink). Nodes
// whose packages are not known are taken to be in different ones: the worse of
// the two.
LinkKind KindBetween(const NumaNode& a, const NumaNode& b,
                     const PackageOfNode& packages) {
  if (!a.gpu.empty() || !b.gpu.empty()) return LinkKind::kFabric;
  const auto of_a = packages.find(a.index);
  const auto of_b = packages.find(b.index);
  const bool same = of_a != packages.end() && of_b != packages.end() &&
                    of_a->second == of_b->second;
  return same ? LinkKind::kOnDie : LinkKind::kSocketLink;
}

// The nearest node with CPUs, the first of equals; null where there is none.
const NumaNode* NearestCpuNode(std::span<const NumaNode> nodes,
                               const NumaNode& to) {
  const NumaNode* nearest = nullptr;
  int best = std::numeric_limits<int>::max();
  for (const NumaNode& node : nodes) {
    if (node.cpus.empty() || IsSevered(node, to)) continue;
    // Without distances the first CPU node is as good as any.
    const int distance =
        Distance(node, to).value_or(std::numeric_limits<int>::max() - 1);
    if (distance >= best) continue;
    best = distance;
    nearest = &node;
  }
  return nearest;
}

}  // namespace

std::vector<LinkFact> BuildNodeLinks(std::span<const NumaNode> nodes,
                                     const PackageOfNode& packages,
                                     const AccessMatrix& matrix) {
  std::vector<LinkFact> links;
  for (const NumaNode& target : nodes) {
    if (target.memory == Bytes(0)) continue;
    for (const NumaNode* node : BusEnds(nodes, target, matrix)) {
      links.push_back(MemoryBus(*node, target, matrix));
    }
  }
  const Machine machine{nodes, matrix};
  for (const NumaNode& from : nodes) {
    for (const NumaNode& to : nodes) {
      if (from.cpus.empty() || to.cpus.empty() || from.index >= to.index ||
          IsSevered(from, to)) {
        continue;
      }
      links.push_back(
          NodeLink(from, to, KindBetween(from, to, packages), machine));
    }
  }
  for (const NumaNode& node : nodes) {
    if (!node.cpus.empty()) continue;
    if (const NumaNode* nearest = NearestCpuNode(nodes, node)) {
      links.push_back(NodeLink(*nearest, node,
                               KindBetween(*nearest, node, packages), machine));
    }
  }
  return links;
}

}  // namespace acceld::probes
