#include "placement/activation_builder.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "placement/accelerators.h"
#include "placement/boards.h"
#include "placement/policy_terms.h"
#include "placement/units.h"

namespace acceld::placement {
namespace {

struct Member {
  std::size_t c = 0;
  std::size_t value = 0;
  friend auto operator<=>(const Member&, const Member&) = default;
};
using Members = std::set<Member>;

class ActivationBuilder {
 public:
  ActivationBuilder(const graph::Topology& topology, const Occupancy& occupancy,
                    const policy::Objective& objective, Problem& problem)
      : topology_(topology),
        objective_(objective),
        problem_(problem),
        accelerators_(topology, occupancy) {}

  void Run() {
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      const VariableClass& values = problem_.classes[c];
      if (values.kind != VariableClass::Kind::kStage) continue;
      for (std::size_t value = 0; value < values.domain.size(); ++value) {
        for (const auto accelerator : accelerators_.Of(values.domain[value])) {
          of_accelerator_[accelerator].insert({c, value});
        }
      }
    }
    Collect();
    for (const auto& [members, cost] : groups_) Add(members, cost);
  }

 private:
  // Groups of the same values are one.
  void Collect() {
    const Cost pack = PackCost(objective_);
    for (const auto& [accelerator, members] : of_accelerator_) {
      if (pack == 0 || !accelerators_.IsFree(accelerator)) continue;
      groups_[members] = AddCost(groups_[members], pack);
    }
    if (objective_.power_weight > 0) {
      for (const Board& board : FindFreeBoards(topology_, accelerators_)) {
        Charge(board.accelerators, PowerCost(objective_, board.power));
      }
    }
    const Cost whole = KeepWholeCost(objective_);
    if (whole == 0) return;
    for (const Unit& unit : FindFreeUnits(topology_, accelerators_)) {
      Charge(unit.accelerators, whole);
    }
  }

  // Once, for whatever is taken of any of them.
  void Charge(const std::vector<graph::VertexId>& accelerators, Cost cost) {
    Members members;
    for (const auto accelerator : accelerators) {
      const auto found = of_accelerator_.find(accelerator);
      if (found == of_accelerator_.end()) continue;
      members.insert(found->second.begin(), found->second.end());
    }
    if (members.empty() || cost == 0) return;
    groups_[members] = AddCost(groups_[members], cost);
  }

  void Add(const Members& members, Cost cost) {
    const std::int64_t most = MostIn(members);
    if (most < 2) {  // whoever is there pays all of it
      for (const Member& one : members) {
        Cost& unary = problem_.classes[one.c].unary[one.value];
        unary = AddCost(unary, cost);
      }
      return;
    }
    Activations& all = problem_.activations;
    if (all.groups.empty()) {
      for (const VariableClass& values : problem_.classes) {
        all.groups.emplace_back(values.domain.size());
      }
    }
    for (const Member& one : members) {
      all.groups[one.c][one.value].push_back(all.cost.size());
    }
    all.cost.push_back(cost);
    all.most.push_back(most);
  }

  // How many variables can have one of these values; may be too many.
  [[nodiscard]] std::int64_t MostIn(const Members& members) const {
    std::map<graph::VertexId, std::vector<Member>> at;
    std::set<std::size_t> classes;
    for (const Member& one : members) {
      at[problem_.classes[one.c].domain[one.value]].push_back(one);
      classes.insert(one.c);
    }
    std::int64_t variables = 0;
    for (const std::size_t c : classes) variables += problem_.classes[c].count;
    std::int64_t room = 0;
    for (const auto& [place, of_place] : at) room += RoomFor(of_place);
    return std::min(variables, room);
  }

  // At one place: of each class alone, and by what all of them use there.
  [[nodiscard]] std::int64_t RoomFor(
      const std::vector<Member>& of_place) const {
    std::int64_t room = 0;
    struct Use {
      std::size_t users = 0;
      std::int64_t least = 0;
    };
    std::map<std::size_t, Use> uses;  // by resource
    for (const Member& one : of_place) {
      const VariableClass& values = problem_.classes[one.c];
      std::int64_t mine = values.count;
      std::set<std::size_t> seen;
      for (const Consumption& use : values.uses[one.value]) {
        if (use.amount <= 0 || use.once) continue;
        mine = std::min(mine, problem_.capacity[use.resource] / use.amount);
        Use& all = uses[use.resource];
        all.least =
            all.users == 0 ? use.amount : std::min(all.least, use.amount);
        if (seen.insert(use.resource).second) ++all.users;
      }
      room += mine;
    }
    for (const auto& [resource, use] : uses) {
      if (use.users < of_place.size()) continue;
      room = std::min(room, problem_.capacity[resource] / use.least);
    }
    return room;
  }

  const graph::Topology& topology_;
  const policy::Objective& objective_;
  Problem& problem_;
  const Accelerators accelerators_;
  std::map<graph::VertexId, Members> of_accelerator_;
  std::map<Members, Cost> groups_;
};

}  // namespace

void AddActivations(const graph::Topology& topology, const Occupancy& occupancy,
                    const policy::Objective& objective, Problem& problem) {
  if (objective.pack_weight == 0 && objective.power_weight == 0 &&
      objective.keep_whole_weight == 0) {
    return;
  }
  ActivationBuilder(topology, occupancy, objective, problem).Run();
}

}  // namespace acceld::placement
