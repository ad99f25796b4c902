// Discovery through a real kernel equals what QEMU was told, both ways:
// everything configured is found, and nothing is found that was not.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "graph/topology.h"
#include "tests/vm/cases/guest.h"

namespace acceld::vm {
namespace {

using graph::Topology;

class Discovery : public ::testing::Test {
 protected:
  // [[initiator, memory, value], ...]
  static std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> Matrix(
      std::string_view name) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> values;
    for (const Document& row : *Configured().Find(name)->AsArray()) {
      const Document::Array& cells = *row.AsArray();
      values[{*cells[0].AsInteger(), *cells[1].AsInteger()}] =
          *cells[2].AsInteger();
    }
    return values;
  }

  // An attribute of the access relation numa:I -> memory:T; null where there is
  // none.
  [[nodiscard]] const AttributeValue* Access(std::int64_t initiator,
                                             std::int64_t target,
                                             std::string_view name) const {
    const auto from = machine_->Find("numa:" + std::to_string(initiator));
    const auto to = machine_->Find("memory:" + std::to_string(target));
    for (const graph::Relation& relation : machine_->relations()) {
      if (relation.kind != RelationKind::kAccess || relation.from != from ||
          relation.to != to) {
        continue;
      }
      for (const Attribute& attribute : relation.attributes) {
        if (attribute.name == name) return &attribute.value;
      }
    }
    return nullptr;
  }

  // PCI functions and ports of the graph by address.
  [[nodiscard]] std::map<std::string, std::string> KeysByAddress() const {
    std::map<std::string, std::string> keys;
    for (const graph::Vertex& vertex : machine_->vertices()) {
      if (vertex.kind != VertexKind::kPciFunction &&
          vertex.kind != VertexKind::kRootPort &&
          vertex.kind != VertexKind::kSwitchPort) {
        continue;
      }
      keys[TextOf(*machine_, vertex.key, "address")] = vertex.key;
    }
    return keys;
  }

  std::shared_ptr<const Topology> machine_ = ProbeGuest();
};

TEST_F(Discovery, EveryPciFunction_OfTheKernel_IsInTheGraphAndNoOther) {
  const auto keys = KeysByAddress();
  std::set<std::string> found;
  for (const auto& [address, key] : keys) found.insert(address);
  const auto names = NamesIn("/sys/bus/pci/devices");
  EXPECT_EQ(found, std::set<std::string>(names.begin(), names.end()));
}

TEST_F(Discovery, EveryIommuGroup_HasTheMembersThatTheKernelLists) {
  const auto keys = KeysByAddress();
  const std::string root = "/sys/kernel/iommu_groups";
  std::size_t members = 0;
  for (const std::string& group : NamesIn(root)) {
    for (const std::string& address :
         NamesIn(root + "/" + group + "/devices")) {
      if (!keys.contains(address)) continue;  // no PCI function
      ++members;
      EXPECT_EQ(TextOf(*machine_, keys.at(address), "iommu_group"), group);
    }
  }
  EXPECT_EQ(members, keys.size());
}

TEST_F(Discovery, Nodes_AreThoseConfigured) {
  std::set<std::string> nodes;
  for (const graph::Vertex& vertex : machine_->vertices()) {
    if (vertex.kind == VertexKind::kNumaNode) nodes.insert(vertex.key);
  }
  EXPECT_EQ(nodes,
            (std::set<std::string>{"numa:0", "numa:1", "numa:2", "numa:3"}));
  EXPECT_EQ(TextOf(*machine_, "numa:0", "cpus"), "0");
  EXPECT_EQ(TextOf(*machine_, "numa:1", "cpus"), "1");
  EXPECT_EQ(TextOf(*machine_, "numa:2", "cpus"), "");
  EXPECT_EQ(TextOf(*machine_, "memory:2", "memory_kind"), "hbm");
  EXPECT_EQ(TextOf(*machine_, "memory:3", "memory_kind"), "hbm");
}

TEST_F(Discovery, Memory_IsThatConfigured_LessWhatTheKernelTakes) {
  for (const auto& [node, size] :
       *Configured().Find("memory_mib")->AsObject()) {
    const auto id = machine_->Find("memory:" + node);
    ASSERT_TRUE(id) << node;
    const AttributeValue* value = machine_->vertex(*id).Get("capacity");
    ASSERT_NE(value, nullptr) << node;
    const std::int64_t mib = std::get<Bytes>(*value).value() >> 20;
    EXPECT_LE(mib, *size.AsInteger()) << node;
    EXPECT_GE(mib, *size.AsInteger() * 7 / 10) << node;
  }
}

TEST_F(Discovery, Latencies_AreThoseOfTheTable_ForEveryPair) {
  for (const auto& [pair, wanted] : Matrix("latency_ns")) {
    const AttributeValue* value =
        Access(pair.first, pair.second, "read_latency");
    ASSERT_NE(value, nullptr) << pair.first << " -> " << pair.second;
    EXPECT_EQ(std::get<Nanoseconds>(*value).value(), wanted)
        << pair.first << " -> " << pair.second;
  }
}

TEST_F(Discovery, Bandwidths_AreThoseOfTheTable_ForEveryPair) {
  for (const auto& [pair, wanted] : Matrix("bandwidth_mb_s")) {
    const AttributeValue* value =
        Access(pair.first, pair.second, "read_bandwidth");
    ASSERT_NE(value, nullptr) << pair.first << " -> " << pair.second;
    // The table counts in MiB/s (ACPI 6.5, section 5.2.28.4).
    EXPECT_EQ(std::get<BytesPerSecond>(*value).value(), wanted << 20)
        << pair.first << " -> " << pair.second;
  }
}

TEST_F(Discovery, SwitchesAndDevices_HangBelowTheirSockets) {
  for (const auto& [socket, bus] : *Configured().Find("buses")->AsObject()) {
    const auto bridge = machine_->Find("host-bridge:0000:" + *bus.AsString());
    ASSERT_TRUE(bridge) << socket;
    int gpus = 0;
    int edus = 0;
    std::set<graph::VertexId> switches;
    for (const graph::Vertex& vertex : machine_->vertices()) {
      if (vertex.kind != VertexKind::kPciFunction ||
          machine_->HostBridgeOf(vertex.id) != bridge) {
        continue;
      }
      const auto node = machine_->NumaNodeOf(vertex.id);
      ASSERT_TRUE(node) << vertex.key;
      EXPECT_EQ(machine_->vertex(*node).key, "numa:" + socket) << vertex.key;
      const std::string device = TextOf(*machine_, vertex.key, "device");
      gpus += device == "1050" ? 1 : 0;  // virtio GPU
      edus += device == "11e8" ? 1 : 0;
      if (const auto port = machine_->SwitchOf(vertex.id)) {
        switches.insert(*port);
      }
    }
    EXPECT_EQ(gpus, *Configured().Find("gpus")->AsInteger()) << socket;
    EXPECT_EQ(edus, *Configured().Find("edus")->AsInteger()) << socket;
    EXPECT_EQ(switches.size(), 1U) << socket;
  }
}

TEST_F(Discovery, RenderNodes_AreTheKernels) {
  std::set<std::string> found;
  for (const graph::Vertex& vertex : machine_->vertices()) {
    const std::string prefix = "accelerator:renderD";
    if (vertex.key.starts_with(prefix)) {
      found.insert(vertex.key.substr(std::string("accelerator:").size()));
    }
  }
  std::set<std::string> wanted;
  for (const std::string& name : NamesIn("/sys/class/drm")) {
    if (name.starts_with("renderD")) wanted.insert(name);
  }
  EXPECT_GE(wanted.size(), 4U);
  EXPECT_EQ(found, wanted);
}

}  // namespace
}  // namespace acceld::vm
