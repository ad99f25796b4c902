#include "probes/access_matrix.h"

#include <algorithm>
#include <string>

namespace acceld::probes {
namespace {

template <typename T>
std::optional<Sourced<T>> FirstOf(const std::optional<Sourced<T>>& wanted,
                                  const std::optional<Sourced<T>>& other) {
  if (wanted || !other) return wanted;
  Sourced<T> stand_in = *other;
  stand_in.from.source += " (given for the other direction only)";
  if (stand_in.from.evidence < Evidence::kComputed) {
    stand_in.from.evidence = Evidence::kComputed;
  }
  return stand_in;
}

template <typename T>
void Fill(std::optional<T>& mine, const std::optional<T>& other) {
  if (!mine) mine = other;
}

std::optional<int> DistanceOf(const NumaNode& from, int to) {
  const auto found = from.distance.find(to);
  if (found == from.distance.end() || found->second >= kUnreachableDistance) {
    return std::nullopt;
  }
  return found->second;
}

// A latency that is known and the distance at which it was.
struct Base {
  Nanoseconds latency = kAssumedLocalLatency;
  int distance = kLocalDistance;
  std::string source = "assumed local latency";
};

// The CPU node with the lowest known latency to `target`, if it has a distance
// too. Devices do not count: what they pay says nothing about CPUs.
Base BaseOf(std::span<const NumaNode> nodes, const AccessMatrix& matrix,
            int target) {
  Base base;
  bool found = false;
  for (const NumaNode& node : nodes) {
    const AccessCell* cell = FindCell(matrix, node.index, target);
    const auto latency = cell == nullptr ? std::nullopt : cell->LatencyIn();
    const auto distance = DistanceOf(node, target);
    if (node.cpus.empty() || !latency || !distance ||
        (found && latency->value >= base.latency)) {
      continue;
    }
    base = {latency->value, *distance, latency->from.source};
    found = true;
  }
  return base;
}

}  // namespace

bool AccessCell::IsStated() const {
  const auto stated = [](const auto& value) {
    return value && value->from.evidence < Evidence::kComputed;
  };
  return stated(read_latency) || stated(write_latency) ||
         stated(read_bandwidth) || stated(write_bandwidth);
}

bool AccessCell::IsEmpty() const {
  return !read_latency && !write_latency && !read_bandwidth &&
         !write_bandwidth && !unreachable;
}

std::optional<Sourced<Nanoseconds>> AccessCell::LatencyOut() const {
  return FirstOf(write_latency, read_latency);
}

std::optional<Sourced<Nanoseconds>> AccessCell::LatencyIn() const {
  return FirstOf(read_latency, write_latency);
}

std::optional<Sourced<BytesPerSecond>> AccessCell::BandwidthOut() const {
  return FirstOf(write_bandwidth, read_bandwidth);
}

std::optional<Sourced<BytesPerSecond>> AccessCell::BandwidthIn() const {
  return FirstOf(read_bandwidth, write_bandwidth);
}

void AccessCell::FillFrom(const AccessCell& other) {
  Fill(read_latency, other.read_latency);
  Fill(write_latency, other.write_latency);
  Fill(read_bandwidth, other.read_bandwidth);
  Fill(write_bandwidth, other.write_bandwidth);
}

const AccessCell* FindCell(const AccessMatrix& matrix, int initiator,
                           int target) {
  const auto found = matrix.find({initiator, target});
  return found == matrix.end() ? nullptr : &found->second;
}

void AddDistanceLatencies(std::span<const NumaNode> nodes,
                          AccessMatrix& matrix) {
  for (const NumaNode& target : nodes) {
    if (target.memory == Bytes(0)) continue;
    const Base base = BaseOf(nodes, matrix, target.index);
    for (const NumaNode& initiator : nodes) {
      const auto distance = DistanceOf(initiator, target.index);
      if (initiator.cpus.empty() || !distance) continue;
      AccessCell& cell = matrix[{initiator.index, target.index}];
      if (cell.LatencyIn() || cell.unreachable) continue;
      // Never less than the base: where there is one, it is the best.
      const Nanoseconds scaled(base.latency.value() *
                               std::max(*distance, base.distance) /
                               base.distance);
      cell.read_latency = cell.write_latency = Sourced<Nanoseconds>{
          scaled,
          {Evidence::kComputed, base.source + ", scaled by /" +
                                    NodePath(initiator.index) + "/distance"}};
    }
  }
}

}  // namespace acceld::probes
