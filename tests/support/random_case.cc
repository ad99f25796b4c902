#include "tests/support/random_case.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/support/machine_facts.h"

namespace acceld::testing {
namespace {

using placement::GroupConstraint;
using placement::kHost;
using placement::PipelineLink;
using placement::Request;
using placement::Sharing;
using placement::Stage;
using placement::SvaNeed;

std::string Numbered(const std::string& prefix, std::int64_t number) {
  return prefix + std::to_string(number);
}

class MachineDrawer {
 public:
  explicit MachineDrawer(Dice& dice) : dice_(dice) {}

  probes::FactSet Draw() {
    nodes_ = dice_.Draw(1, 2);
    for (std::int64_t n = 0; n < nodes_; ++n) AddNode(n);
    if (nodes_ == 2) {
      machine_.Link("numa:0", "numa:1", LinkKind::kSocketLink, 20, 100);
    }
    if (dice_.OneOf(2)) AddSharedMemory();
    const std::int64_t devices = dice_.Draw(2, 4);
    for (std::int64_t d = 0; d < devices; ++d) AddDevice(d);
    if (dice_.OneOf(3)) AddVfio();
    if (dice_.OneOf(3)) AddFabric(std::min<std::int64_t>(devices, 3));
    return std::move(machine_.facts());
  }

 private:
  void AddNode(std::int64_t n) {
    const std::string package = Numbered("package:", n);
    const std::string node = Numbered("numa:", n);
    const std::string memory = Numbered("memory:", n);
    machine_.Thing(package).Thing(node).Thing(memory);
    machine_.Relation(package, node, RelationKind::kContains)
        .Relation(memory, node, RelationKind::kMemoryOf)
        .Link(node, memory, LinkKind::kMemoryBus, 100, 90)
        .Attribute(node, attr::kCpus, Numbered("", n))
        .Attribute(memory, attr::kMemoryKind, std::string("ddr"))
        .Attribute(memory, attr::kCapacity, Bytes(dice_.Draw(1, 3) * 100));
    for (std::int64_t port = 0; port < 2; ++port) {
      const std::string bridge = Numbered("host-bridge:", n * 2 + port);
      const std::string root = Numbered("root-port:", n * 2 + port);
      machine_.Link(node, bridge, LinkKind::kOnDie, 200, 30)
          .Link(bridge, root, LinkKind::kOnDie, 64, 20 + 10 * dice_.Draw(0, 1));
    }
  }

  void AddSharedMemory() {
    machine_.Thing("memory:9")
        .Attribute("memory:9", attr::kMemoryKind, std::string("hbm"))
        .Attribute("memory:9", attr::kCapacity, Bytes(200));
    machine_.Link("numa:0", "memory:9", LinkKind::kFabric, 10, 300);
    shared_memory_ = true;
  }

  void AddDevice(std::int64_t d) {
    const std::string root =
        Numbered("root-port:", dice_.Draw(0, nodes_ * 2 - 1));
    const std::string function = Numbered("pci:", d);
    const std::string key = Numbered("accelerator:a", d);
    machine_.Thing(key).Link(root, function, LinkKind::kPcie,
                             dice_.OneOf(3) ? 8 : 16, 150);
    groups_.push_back(dice_.Draw(0, 2));
    machine_.Relation(key, function, RelationKind::kAcceleratorOf)
        .Attribute(function, attr::kIommuGroup, groups_.back());
    if (shared_memory_ && dice_.OneOf(3)) {
      // Not equally fast by way of two devices: of equal paths the names decide
      // which links are loaded, and properties here are about other names.
      machine_.Link(key, "memory:9", LinkKind::kFabric, 200, 51 + d);
    }
    Describe(key);
    DescribePower(key, function);
    if (dice_.OneOf(4)) {
      for (int e = 0; e < 2; ++e) {
        const std::string engine =
            Numbered("engine:" + Numbered("a", d) + ".", e);
        machine_.Relation(engine, key, RelationKind::kEngineOf)
            .Attribute(engine, attr::kInstances, dice_.Draw(1, 2));
      }
    }
  }

  // Mostly of the function, as the kernel says it; some are not known. A part
  // of hardware that another is of as well shares its power.
  void DescribePower(const std::string& key, const std::string& function) {
    const std::int64_t kind = dice_.Draw(0, 7);
    if (kind == 0) return;
    machine_.Attribute(kind == 1 ? key : function, attr::kPower,
                       Microwatts(dice_.Draw(0, 3) * 75'000'000));
    if (kind != 2) return;
    const std::string other = key + "-part";
    machine_.Thing(other)
        .Relation(other, function, RelationKind::kAcceleratorOf)
        .Attribute(other, attr::kFunctions, std::vector<std::string>{"copy"})
        .Attribute(other, attr::kInstances, dice_.Draw(1, 2));
  }

  // Links between the first two devices, or between the first three, which the
  // graph turns into a hub.
  void AddFabric(std::int64_t most) {
    const std::int64_t members = dice_.Draw(2, most);
    for (std::int64_t a = 0; a < members; ++a) {
      for (std::int64_t b = a + 1; b < members; ++b) {
        machine_.Link(Numbered("accelerator:a", a),
                      Numbered("accelerator:a", b), LinkKind::kFabric, 50, 80);
      }
    }
  }

  // The whole IOMMU group of the first device's function, by VFIO.
  void AddVfio() {
    const std::string key = "accelerator:vfio-0";
    machine_.Thing(key)
        .Relation(key, "pci:0", RelationKind::kAcceleratorOf)
        .Attribute(key, attr::kFunctions,
                   std::vector<std::string>{"copy", "digest/sha256"})
        .Attribute(key, attr::kFramework, std::string("vfio"))
        .Attribute(key, attr::kInstances, std::int64_t{1});
    std::vector<std::string> functions{"0"};
    for (std::size_t d = 1; d < groups_.size(); ++d) {
      if (groups_[d] != groups_[0]) continue;
      functions.push_back(std::to_string(d));
    }
    if (functions.size() < 2) return;
    machine_.Attribute(key, "vfio_group_functions", functions);
  }

  void Describe(const std::string& key) {
    std::vector<std::string> functions{"copy"};
    if (!dice_.OneOf(4)) functions.emplace_back("digest/sha256");
    machine_.Attribute(key, attr::kFunctions, functions)
        .Attribute(key, attr::kFramework,
                   std::string(dice_.OneOf(2) ? "uacce" : "drm"))
        .Attribute(key, attr::kPasidWidth, dice_.Draw(2, 3))
        .Attribute(key, attr::kMemory, Bytes(dice_.Draw(1, 2) * 100));
    if (dice_.OneOf(3)) {
      machine_.Attribute(key, attr::kSharing, std::string("multi-app"));
    } else {
      machine_.Attribute(key, attr::kInstances, dice_.Draw(1, 3));
    }
    if (dice_.OneOf(4)) {
      machine_.Attribute(key, attr::kSva, std::string("no"));
    }
    if (dice_.OneOf(12)) {
      machine_.Attribute(key, attr::kHealth, std::string("failed"));
    }
  }

  Dice& dice_;
  MachineFacts machine_;
  std::int64_t nodes_ = 1;
  std::vector<std::int64_t> groups_;  // by device
  bool shared_memory_ = false;
};

Stage DrawStage(Dice& dice, std::int64_t number) {
  Stage stage;
  stage.name = Numbered("s", number);
  stage.function = dice.OneOf(2) ? "copy" : "digest/sha256";
  stage.count = dice.OneOf(4) ? dice.Draw(2, 3) : 1;
  if (dice.OneOf(6)) stage.sharing = Sharing::kExclusive;
  if (dice.OneOf(6)) {
    stage.sva = SvaNeed::kRequired;
  } else if (dice.OneOf(4)) {
    stage.sva = SvaNeed::kPreferred;
  }
  if (dice.OneOf(5)) stage.memory = Bytes(dice.Draw(1, 2) * 60);
  return stage;
}

void DrawRequirement(Dice& dice, PipelineLink& link) {
  if (dice.OneOf(6)) {
    link.require.locality = static_cast<Locality>(dice.Draw(1, 5));
  }
  if (dice.OneOf(6)) {
    link.require.min_bandwidth = BytesPerSecond(12'000'000'000);
  }
  if (dice.OneOf(5)) {
    link.require.max_latency = Nanoseconds(dice.Draw(2, 8) * 100);
  }
}

PipelineLink DrawLink(Dice& dice, std::size_t from, std::size_t to) {
  PipelineLink link;
  link.from = from;
  link.to = to;
  // Stated and large, a few of them are too much for a link of 8 or 16 GB/s.
  const std::int64_t unit = dice.OneOf(2) ? 4'000'000'500 : 1'000'000'500;
  link.traffic = BytesPerSecond(dice.Draw(1, 3) * unit);
  link.traffic_stated = dice.OneOf(2);
  if (dice.OneOf(3)) {
    link.buffer = placement::Buffer{Bytes(dice.Draw(1, 3) * 60), std::nullopt};
    if (dice.OneOf(3)) link.buffer->kind = MemoryKind::kHbm;
  }
  DrawRequirement(dice, link);
  return link;
}

GroupConstraint DrawConstraint(Dice& dice, std::size_t stages) {
  const std::vector<std::string> attributes{
      "device", "root-port", "numa", "iommu-group", "framework", "switch"};
  GroupConstraint constraint;
  constraint.kind = dice.OneOf(2) ? GroupConstraint::Kind::kSame
                                  : GroupConstraint::Kind::kDistinct;
  constraint.attribute = attributes[static_cast<std::size_t>(
      dice.Draw(0, static_cast<std::int64_t>(attributes.size()) - 1))];
  for (std::size_t s = 0; s < stages; ++s) constraint.stages.push_back(s);
  return constraint;
}

Request DrawRequest(Dice& dice) {
  Request request;
  const auto stages = static_cast<std::size_t>(dice.Draw(1, 3));
  for (std::size_t s = 0; s < stages; ++s) {
    request.stages.push_back(DrawStage(dice, static_cast<std::int64_t>(s)));
  }
  if (dice.OneOf(2)) request.links.push_back(DrawLink(dice, kHost, 0));
  for (std::size_t to = 1; to < stages; ++to) {
    const auto from = static_cast<std::size_t>(
        dice.Draw(0, static_cast<std::int64_t>(to) - 1));
    request.links.push_back(DrawLink(dice, from, to));
  }
  if (dice.OneOf(3)) request.links.push_back(DrawLink(dice, stages - 1, kHost));
  if (stages > 2 && dice.OneOf(3)) {
    request.links.push_back(DrawLink(dice, 0, 2));
  }
  for (std::size_t s = 0; s < stages; ++s) {
    if (request.stages[s].count < 2 || dice.OneOf(2)) continue;
    PipelineLink link = DrawLink(dice, s, s);
    link.buffer.reset();
    request.links.push_back(link);
  }
  if (stages > 1 && dice.OneOf(3)) {
    request.constraints.push_back(DrawConstraint(dice, stages));
  }
  request.client.processes = dice.Draw(1, 2);
  if (dice.OneOf(6)) request.client.cpus = {0};
  return request;
}

placement::Occupancy DrawOccupancy(Dice& dice) {
  placement::Occupancy occupancy;
  occupancy.live_pasids = dice.Draw(0, 1);
  if (dice.OneOf(3)) {
    placement::DeviceUse use;
    use.instances = 1;
    use.memory = Bytes(50);
    use.exclusive = dice.OneOf(4) ? 1 : 0;
    occupancy.devices[Numbered("accelerator:a", dice.Draw(0, 2))] = use;
  }
  if (dice.OneOf(3)) occupancy.memory["memory:0"] = Bytes(40);
  return occupancy;
}

}  // namespace

RandomCase DrawCase(Dice dice) {
  RandomCase random;
  random.facts = MachineDrawer(dice).Draw();
  random.request = DrawRequest(dice);
  random.occupancy = DrawOccupancy(dice);
  random.objective.latency_weight = dice.Draw(0, 2);
  random.objective.transfer_weight = dice.Draw(0, 2);
  random.objective.spread_weight = dice.Draw(0, 1) * 200;
  random.objective.pack_weight = dice.Draw(0, 1) * 150;
  random.objective.keep_whole_weight = dice.Draw(0, 1) * 270;
  random.objective.power_weight = dice.Draw(0, 1) * 2;
  random.objective.preferred_weight = dice.Draw(0, 1) * 301;
  random.objective.preferred_frameworks = {"drm", "uacce"};
  if (dice.OneOf(2)) {
    const policy::Selector drm{.attribute = std::string(attr::kFramework),
                               .op = policy::Operator::kEquals,
                               .operands = {{std::string("drm")}}};
    random.objective.class_costs = {{"drm", {drm}, dice.Draw(1, 3) * 100}};
  }
  return random;
}

probes::FactSet WithOneMoreDevice(probes::FactSet facts) {
  MachineFacts machine;
  machine.facts() = std::move(facts);
  const std::vector<std::string> functions{"copy", "digest/sha256"};
  machine.Thing("accelerator:more")
      .Link("root-port:0", "pci:more", LinkKind::kPcie, 16, 150)
      .Relation("accelerator:more", "pci:more", RelationKind::kAcceleratorOf)
      .Attribute("accelerator:more", attr::kFunctions, functions)
      .Attribute("accelerator:more", attr::kInstances, std::int64_t{4});
  return std::move(machine.facts());
}

void Renumber(Request& request, Dice& dice) {
  const std::size_t count = request.stages.size();
  std::vector<std::size_t> to(count);
  std::iota(to.begin(), to.end(), std::size_t{0});
  for (std::size_t s = count; s > 1; --s) {
    const auto other = dice.Draw(0, static_cast<std::int64_t>(s) - 1);
    std::swap(to[s - 1], to[static_cast<std::size_t>(other)]);
  }
  std::vector<Stage> stages(count);
  for (std::size_t s = 0; s < count; ++s) {
    stages[to[s]] = std::move(request.stages[s]);
  }
  request.stages = std::move(stages);
  const auto renumber = [&](std::size_t& stage) {
    if (stage != kHost) stage = to[stage];
  };
  for (PipelineLink& link : request.links) {
    renumber(link.from);
    renumber(link.to);
  }
  for (GroupConstraint& constraint : request.constraints) {
    for (std::size_t& stage : constraint.stages) renumber(stage);
  }
  std::reverse(request.links.begin(), request.links.end());
}

void Relabel(RandomCase& random) {
  // The kind stays (it is read from the key in tests); the rest is numbered
  // backwards, so that the order of keys within a kind turns around.
  std::unordered_map<std::string, std::string> renamed;
  std::int64_t number = 900;
  for (const probes::EntityFact& entity : random.facts.entities) {
    const std::string kind = entity.key.substr(0, entity.key.find(':'));
    renamed.try_emplace(entity.key, Numbered(kind + ":r", --number));
  }
  const auto renaming = [&](const std::string& key) {
    const auto found = renamed.find(key);
    return found == renamed.end() ? key : found->second;
  };
  const auto rename = [&](std::string& key) { key = renaming(key); };
  for (auto& entity : random.facts.entities) rename(entity.key);
  for (auto& fact : random.facts.attributes) {
    rename(fact.key);
    if (fact.attribute.name != "vfio_group_functions") continue;
    const std::string kind = "pci:";
    for (auto& address :
         std::get<std::vector<std::string>>(fact.attribute.value)) {
      address = renaming(kind + address).substr(kind.size());
    }
  }
  for (auto& link : random.facts.links) {
    rename(link.from);
    rename(link.to);
  }
  for (auto& relation : random.facts.relations) {
    rename(relation.from);
    rename(relation.to);
  }
  std::reverse(random.facts.entities.begin(), random.facts.entities.end());
  placement::Occupancy occupancy;
  occupancy.live_pasids = random.occupancy.live_pasids;
  for (const auto& [key, use] : random.occupancy.devices) {
    occupancy.devices[renaming(key)] = use;
  }
  for (const auto& [key, bytes] : random.occupancy.memory) {
    occupancy.memory[renaming(key)] = bytes;
  }
  random.occupancy = std::move(occupancy);
}

}  // namespace acceld::testing
