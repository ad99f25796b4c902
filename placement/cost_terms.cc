#include "placement/cost_terms.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "base/units.h"
#include "placement/accelerators.h"
#include "placement/boards.h"
#include "placement/device_view.h"
#include "placement/policy_terms.h"
#include "placement/units.h"

namespace acceld::placement {
namespace {

// What several paths amount to: their cost, the slowest and the narrowest.
struct Paths {
  Cost cost = 0;
  Nanoseconds latency;
  BytesPerSecond bandwidth{std::numeric_limits<std::int64_t>::max()};
};

class TermWriter {
 public:
  TermWriter(const Request& request, const graph::Topology& topology,
             const policy::Objective& objective, const Placement& placement)
      : request_(request),
        topology_(topology),
        objective_(objective),
        placement_(placement) {}

  [[nodiscard]] CostTerm LinkTerm(std::size_t index) const {
    const PipelineLink& link = request_.links[index];
    const auto from = Ends(link.from);
    const auto to = Ends(link.to);
    const std::string what = EndName(link.from) + " -> " + EndName(link.to);
    if (!link.buffer) {
      // A replica does not send to itself.
      const std::size_t parts =
          from.size() * (link.is_exchange() ? to.size() - 1 : to.size());
      const Paths paths = Between(from, to, Share(link, parts));
      return {what, paths.cost, paths.latency, Known(paths.bandwidth)};
    }
    const graph::VertexId memory = MemoryOf(index);
    const Paths in = Between(from, {memory}, Share(link, from.size()));
    const Paths out = Between({memory}, to, Share(link, to.size()));
    return {what + " through " + topology_.vertex(memory).key,
            AddCost(in.cost, out.cost), in.latency + out.latency,
            Known(std::min(in.bandwidth, out.bandwidth))};
  }

 private:
  // 0 where there is no path: all of it happens on one device.
  [[nodiscard]] static BytesPerSecond Known(BytesPerSecond bandwidth) {
    return bandwidth == Paths().bandwidth ? BytesPerSecond(0) : bandwidth;
  }

  [[nodiscard]] static Cost Share(const PipelineLink& link, std::size_t parts) {
    return TrafficShare(link.traffic, static_cast<std::int64_t>(parts));
  }

  [[nodiscard]] std::string EndName(std::size_t stage) const {
    return stage == kHost ? "host" : request_.stages[stage].name;
  }

  [[nodiscard]] std::vector<graph::VertexId> Ends(std::size_t stage) const {
    if (stage == kHost) return {placement_.host};
    std::vector<graph::VertexId> ends;
    for (const StageAssignment& assignment : placement_.stages) {
      if (assignment.stage == stage) ends.push_back(assignment.device);
    }
    return ends;
  }

  [[nodiscard]] graph::VertexId MemoryOf(std::size_t link) const {
    const auto found = std::find_if(
        placement_.buffers.begin(), placement_.buffers.end(),
        [&](const BufferAssignment& buffer) { return buffer.link == link; });
    return found->memory;
  }

  [[nodiscard]] Paths Between(const std::vector<graph::VertexId>& from,
                              const std::vector<graph::VertexId>& to,
                              Cost weight) const {
    Paths paths;
    for (const graph::VertexId a : from) {
      for (const graph::VertexId b : to) {
        if (a == b) continue;  // data does not leave the device
        const graph::Topology::Cost path = topology_.CostBetween(a, b);
        paths.cost = AddCost(
            paths.cost,
            MultiplyCost(weight,
                         std::min(kMaxCost, PathCost(objective_, path.latency,
                                                     path.bandwidth))));
        paths.latency = std::max(paths.latency, path.latency);
        paths.bandwidth = std::min(paths.bandwidth, path.bandwidth);
      }
    }
    return paths;
  }

  const Request& request_;
  const graph::Topology& topology_;
  const policy::Objective& objective_;
  const Placement& placement_;
};

// What the placement pays once, of what was free.
class OnceTermWriter {
 public:
  OnceTermWriter(const graph::Topology& topology, const Occupancy& occupancy,
                 const policy::Objective& objective, const Placement& placement,
                 std::vector<CostTerm>& terms)
      : topology_(topology),
        objective_(objective),
        accelerators_(topology, occupancy),
        terms_(terms) {
    for (const StageAssignment& assignment : placement.stages) {
      const auto of_device = accelerators_.Of(assignment.device);
      taken_.insert(of_device.begin(), of_device.end());
    }
  }

  void AddPack() const {
    const Cost pack = PackCost(objective_);
    if (pack == 0) return;
    for (const graph::VertexId accelerator : taken_) {
      if (!accelerators_.IsFree(accelerator)) continue;
      Add("pack: " + KeyOf(accelerator) + ", which nobody held", pack);
    }
  }

  void AddPower() const {
    if (objective_.power_weight == 0) return;
    for (const Board& board : FindFreeBoards(topology_, accelerators_)) {
      const Cost power = PowerCost(objective_, board.power);
      if (power == 0 || !IsTaken(board.accelerators)) continue;
      Add("power: " + KeyOf(board.part) + ", " + ToString(board.power) +
              ", which nobody held",
          power);
    }
  }

  void AddKeepWhole() const {
    const Cost whole = KeepWholeCost(objective_);
    if (whole == 0) return;
    for (const Unit& unit : FindFreeUnits(topology_, accelerators_)) {
      if (!IsTaken(unit.accelerators)) continue;
      // Not of how many: the caller may not be allowed to see the others.
      Add("keep whole: " + unit.place + ", which was free", whole);
    }
  }

 private:
  void Add(std::string what, Cost cost) const {
    terms_.push_back({std::move(what), cost, {}, {}});
  }

  [[nodiscard]] bool IsTaken(
      const std::vector<graph::VertexId>& accelerators) const {
    return std::any_of(
        accelerators.begin(), accelerators.end(),
        [&](graph::VertexId member) { return taken_.contains(member); });
  }

  [[nodiscard]] const std::string& KeyOf(graph::VertexId id) const {
    return topology_.vertex(id).key;
  }

  const graph::Topology& topology_;
  const policy::Objective& objective_;
  const Accelerators accelerators_;
  std::set<graph::VertexId> taken_;
  std::vector<CostTerm>& terms_;
};

}  // namespace

std::vector<CostTerm> CostTerms(const Request& request,
                                const CandidateSet& candidates,
                                const graph::Topology& topology,
                                const Occupancy& occupancy,
                                const policy::Objective& objective,
                                const Placement& placement) {
  std::vector<CostTerm> terms;
  const TermWriter writer(request, topology, objective, placement);
  for (std::size_t i = 0; i < request.links.size(); ++i) {
    terms.push_back(writer.LinkTerm(i));
  }
  for (const StageAssignment& assignment : placement.stages) {
    const DeviceView device(topology, assignment.device);
    const std::string of =
        request.stages[assignment.stage].name + " on " + device.vertex().key;
    const Cost spread = SpreadCost(objective, occupancy, device);
    const Cost preference = PreferenceCost(objective, device);
    if (spread > 0) terms.push_back({"spread: " + of, spread, {}, {}});
    if (preference > 0)
      terms.push_back({"preference: " + of, preference, {}, {}});
    const Cost classes = ClassesCost(objective, device);
    if (classes > 0) terms.push_back({"class: " + of, classes, {}, {}});
    const StageCandidates& of_stage = candidates.stages[assignment.stage];
    const Cost sva = SvaCost(of_stage, assignment.device);
    if (sva > 0) terms.push_back({"sva: " + of, sva, {}, {}});
    const Cost taint = TaintCost(of_stage, assignment.device);
    if (taint > 0) terms.push_back({"taint: " + of, taint, {}, {}});
  }
  const OnceTermWriter once(topology, occupancy, objective, placement, terms);
  once.AddPack();
  once.AddPower();
  once.AddKeepWhole();
  return terms;
}

}  // namespace acceld::placement
