#include "tests/support/random_machine.h"

#include <rapidcheck.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace acceld::testing {
namespace {

class Maker {
 public:
  MachineFacts Make() {
    const int packages = *rc::gen::inRange(0, 4);
    for (int p = 0; p < packages; ++p) AddPackage(New("package"));
    // What no node is known of.
    if (*rc::gen::inRange(0, 3) == 0) AddBridge("");
    const int crossings = *rc::gen::inRange(0, 12);
    for (int i = 0; i < crossings; ++i) AddCrossing();
    return std::move(machine_);
  }

 private:
  std::string New(const std::string& kind) {
    std::string key = kind + ":" + std::to_string(++count_);
    machine_.Thing(key);
    keys_.push_back(key);
    return key;
  }

  void AddPackage(const std::string& package) {
    machine_.Attribute(package, attr::kName,
                       std::string("Processor of some maker @ 2.5GHz"));
    const int nodes = *rc::gen::inRange(0, 4);
    for (int n = 0; n < nodes; ++n) {
      const std::string node = New("numa");
      machine_.Relation(package, node, RelationKind::kContains);
      const int memories = *rc::gen::inRange(0, 3);
      for (int m = 0; m < memories; ++m) AddMemory(node);
      const int bridges = *rc::gen::inRange(0, 3);
      for (int b = 0; b < bridges; ++b) AddBridge(node);
    }
  }

  void AddMemory(const std::string& node) {
    const std::string memory = New("memory");
    constexpr std::array kKinds{"ddr", "hbm", "pmem", "cxl", "device"};
    machine_
        .Attribute(memory, attr::kMemoryKind,
                   std::string(*rc::gen::elementOf(kKinds)))
        .Attribute(memory, attr::kCapacity, Bytes(std::int64_t{1} << 30));
    if (node.empty()) return;
    machine_.Relation(memory, node, RelationKind::kMemoryOf)
        .Link(node, memory, LinkKind::kMemoryBus, 100, 90);
  }

  void AddBridge(const std::string& node) {
    const std::string bridge = New("host-bridge");
    if (!node.empty()) machine_.Link(node, bridge, LinkKind::kOnDie, 200, 40);
    const int ports = *rc::gen::inRange(0, 3);
    for (int p = 0; p < ports; ++p) {
      const std::string port = New("root-port");
      machine_.Link(bridge, port, LinkKind::kOnDie, 64, 60);
      AddBelow(port, 0);
    }
    const int functions = *rc::gen::inRange(0, 8);
    for (int f = 0; f < functions; ++f) AddFunction(bridge, false);
  }

  void AddBelow(const std::string& port, int depth) {
    if (depth < 3 && *rc::gen::inRange(0, 2) == 0) {
      const int ports = *rc::gen::inRange(1, 4);
      for (int p = 0; p < ports; ++p) {
        const std::string below = New("switch-port");
        machine_.Link(port, below, LinkKind::kPcie, 16, 110);
        AddBelow(below, depth + 1);
      }
    }
    const int functions = *rc::gen::inRange(0, 8);
    const bool is_plain = *rc::gen::inRange(0, 2) == 0;
    for (int f = 0; f < functions; ++f) AddFunction(port, !is_plain);
  }

  void AddFunction(const std::string& parent, bool has_device) {
    const std::string function = New("pci");
    machine_.Link(parent, function, LinkKind::kPcie, 16, 110)
        .Attribute(function, attr::kDriver, std::string("driver"));
    if (!has_device) return;
    const std::string device = New("accelerator");
    machine_.Relation(device, function, RelationKind::kAcceleratorOf)
        .Attribute(device, attr::kFunctions,
                   std::vector<std::string>{"copy", "compress/deflate"});
    const int engines = *rc::gen::inRange(0, 8);
    for (int e = 0; e < engines; ++e) {
      machine_.Relation(New("engine"), device, RelationKind::kEngineOf);
    }
    if (*rc::gen::inRange(0, 2) == 0) {
      AddMemory("");
      machine_.Relation(device, keys_.back(), RelationKind::kSharesMemory);
    }
  }

  void AddCrossing() {
    if (*rc::gen::inRange(0, 5) == 0) keys_.push_back(New("fabric-hub"));
    if (keys_.empty()) return;
    const std::string from = *rc::gen::elementOf(keys_);
    const std::string to = *rc::gen::elementOf(keys_);
    constexpr std::array kKinds{LinkKind::kFabric, LinkKind::kSocketLink,
                                LinkKind::kCxl};
    // A pair that is told twice would contradict itself.
    if (from == to || !joined_.insert(std::minmax(from, to)).second) return;
    if (to.starts_with("memory:") && *rc::gen::inRange(0, 2) == 0) {
      machine_.Relation(from, to, RelationKind::kSharesMemory);
      return;
    }
    machine_.Link(from, to, *rc::gen::elementOf(kKinds),
                  *rc::gen::inRange(1, 4) * 100, 100);
  }

  MachineFacts machine_;
  std::vector<std::string> keys_;
  std::set<std::pair<std::string, std::string>> joined_;
  int count_ = 0;
};

}  // namespace

MachineFacts RandomMachine() { return Maker().Make(); }

}  // namespace acceld::testing
