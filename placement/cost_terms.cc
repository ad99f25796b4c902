#include "placement/cost_terms.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "placement/accelerators.h"
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

// What the placement pays once, of accelerators and units that were free.
void AddOnceTerms(const graph::Topology& topology, const Occupancy& occupancy,
                  const policy::Objective& objective,
                  const Placement& placement, std::vector<CostTerm>& terms) {
  const Cost pack = PackCost(objective);
  const Cost whole = KeepWholeCost(objective);
  if (pack == 0 && whole == 0) return;
  const Accelerators accelerators(topology, occupancy);
  std::set<graph::VertexId> taken;
  for (const StageAssignment& assignment : placement.stages) {
    const auto of_device = accelerators.Of(assignment.device);
    taken.insert(of_device.begin(), of_device.end());
  }
  for (const graph::VertexId accelerator : taken) {
    if (pack == 0 || !accelerators.IsFree(accelerator)) continue;
    terms.push_back(
        {"pack: " + topology.vertex(accelerator).key + ", which nobody held",
         pack,
         {},
         {}});
  }
  if (whole == 0) return;
  for (const Unit& unit : FindFreeUnits(topology, accelerators)) {
    const bool is_taken = std::any_of(
        unit.accelerators.begin(), unit.accelerators.end(),
        [&](graph::VertexId member) { return taken.contains(member); });
    if (!is_taken) continue;
    // Not of how many: the caller may not be allowed to see the others.
    terms.push_back(
        {"keep whole: " + unit.place + ", which was free", whole, {}, {}});
  }
}

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
  AddOnceTerms(topology, occupancy, objective, placement, terms);
  return terms;
}

}  // namespace acceld::placement
