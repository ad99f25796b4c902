#include "graph/diff.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

// A PCIe link with its present speed and width, and the bandwidth they give.
MachineFacts Linked(std::int64_t speed, std::int64_t width,
                    std::int64_t bandwidth) {
  MachineFacts machine;
  machine.Link("root-port:0000:00:01.0", "pci:0000:01:00.0", LinkKind::kPcie,
               bandwidth, 150);
  machine.facts().links[0].attributes = {
      {"speed", MegaTransfers(speed), {Evidence::kFirmware, "test"}},
      {"width", Lanes(width), {Evidence::kFirmware, "test"}}};
  return machine;
}

Diff DiffOf(const MachineFacts& before, const MachineFacts& after,
            const DiffOptions& options = {}) {
  return graph::DiffOf(*before.Build(), *after.Build(), options);
}

std::vector<std::string> NamesOf(const std::vector<ValueChange>& values) {
  std::vector<std::string> names;
  for (const ValueChange& value : values) {
    names.push_back(value.name + (value.is_volatile ? " (volatile)" : ""));
  }
  return names;
}

TEST(Diff_OfTheSame, IsEmpty) {
  const MachineFacts machine = Linked(8000, 16, 15);
  EXPECT_TRUE(DiffOf(machine, machine).empty());
}

TEST(Diff_OfThings, SaysWhatCameAndWent) {
  MachineFacts before;
  before.Thing("nic:eth2").Thing("nic:eth10").Thing("numa:0");
  MachineFacts after;
  after.Thing("numa:0").Thing("storage:nvme1");
  const Diff diff = DiffOf(before, after);
  ASSERT_EQ(diff.vertices.size(), 3U);
  EXPECT_EQ(diff.vertices[0].key, "nic:eth2");
  EXPECT_EQ(diff.vertices[0].change, Change::kRemoved);
  EXPECT_EQ(diff.vertices[1].key, "nic:eth10");
  EXPECT_EQ(diff.vertices[2].key, "storage:nvme1");
  EXPECT_EQ(diff.vertices[2].change, Change::kAdded);
  EXPECT_EQ(diff.vertices[2].kind, VertexKind::kStorage);
}

TEST(Diff_OfAttributes, HoldsBothSides) {
  MachineFacts before;
  before.Attribute("nic:a", "driver", std::string("old"));
  before.Attribute("nic:a", "gone", true);
  before.Thing("nic:a");
  MachineFacts after;
  after.Attribute("nic:a", "driver", std::string("new"));
  after.Attribute("nic:a", "here", std::int64_t{4});
  after.Thing("nic:a");
  const Diff diff = DiffOf(before, after);
  ASSERT_EQ(diff.vertices.size(), 1U);
  const std::vector<ValueChange>& values = diff.vertices[0].values;
  EXPECT_EQ(NamesOf(values),
            (std::vector<std::string>{"driver", "gone", "here"}));
  EXPECT_EQ(values[0].before->value, AttributeValue(std::string("old")));
  EXPECT_EQ(values[0].after->value, AttributeValue(std::string("new")));
  EXPECT_FALSE(values[1].after);
  EXPECT_FALSE(values[2].before);
}

TEST(Diff_VolatileValues, AreMarkedAndMayBeLeftOut) {
  MachineFacts before;
  before.Thing("accelerator:a");
  before.Attribute("accelerator:a", attr::kInstancesFree, std::int64_t{7});
  MachineFacts after;
  after.Thing("accelerator:a");
  after.Attribute("accelerator:a", attr::kInstancesFree, std::int64_t{6});
  const Diff diff = DiffOf(before, after);
  ASSERT_EQ(diff.vertices.size(), 1U);
  EXPECT_TRUE(diff.vertices[0].values[0].is_volatile);
  EXPECT_TRUE(DiffOf(before, after, {.ignore_volatile = true}).empty());
}

TEST(Diff_IdleLink, IsVolatileWithItsBandwidth) {
  const Diff diff = DiffOf(Linked(8000, 16, 15), Linked(2500, 16, 4));
  ASSERT_EQ(diff.links.size(), 1U);
  EXPECT_EQ(
      NamesOf(diff.links[0].values),
      (std::vector<std::string>{"backward bandwidth (volatile)",
                                "bandwidth (volatile)", "speed (volatile)"}));
}

TEST(Diff_NarrowedLink, IsNoMatterOfUse) {
  const Diff diff = DiffOf(Linked(8000, 16, 15), Linked(8000, 8, 7),
                           {.ignore_volatile = true});
  ASSERT_EQ(diff.links.size(), 1U);
  EXPECT_EQ(
      NamesOf(diff.links[0].values),
      (std::vector<std::string>{"backward bandwidth", "bandwidth", "width"}));
}

TEST(Diff_Degradation, IsVolatileForSpeedAlone) {
  const auto degraded = [](std::vector<std::string> what) {
    MachineFacts machine = Linked(8000, 16, 15);
    machine.facts().links[0].attributes.push_back(
        {"degraded", std::move(what), {Evidence::kComputed, "test"}});
    return machine;
  };
  const MachineFacts whole = Linked(8000, 16, 15);
  const DiffOptions lasting{.ignore_volatile = true};
  EXPECT_TRUE(DiffOf(whole, degraded({"speed"}), lasting).empty());
  EXPECT_FALSE(DiffOf(whole, degraded({"speed"})).empty());
  EXPECT_FALSE(DiffOf(whole, degraded({"width"}), lasting).empty());
}

TEST(Diff_LinkStatedFromItsOtherEnd, IsTheSame) {
  const auto link = [](const char* from, const char* to, std::int64_t there,
                       std::int64_t back) {
    MachineFacts machine;
    machine.Link(from, to, LinkKind::kFabric, there, 70);
    machine.facts().links[0].backward.bandwidth->value =
        BytesPerSecond(back * 1'000'000'000);
    return machine;
  };
  const MachineFacts machine = link("nic:a", "numa:1", 20, 30);
  EXPECT_TRUE(DiffOf(machine, link("numa:1", "nic:a", 30, 20)).empty());
  EXPECT_FALSE(DiffOf(machine, link("numa:1", "nic:a", 20, 30)).empty());
}

TEST(Diff_Relations, AreComparedToo) {
  MachineFacts before;
  before.Relation("numa:0", "memory:0", RelationKind::kAccess);
  MachineFacts after;
  after.Relation("numa:0", "memory:0", RelationKind::kSharesMemory);
  const Diff diff = DiffOf(before, after);
  ASSERT_EQ(diff.relations.size(), 2U);
  EXPECT_TRUE(diff.vertices.empty());
}

TEST(Diff_Provenance, CountsWhereAskedFor) {
  MachineFacts before;
  before.Thing("numa:0");
  before.Attribute("numa:0", "cpus", std::string("0-3"), Evidence::kAssumed);
  MachineFacts after;
  after.Thing("numa:0");
  after.Attribute("numa:0", "cpus", std::string("0-3"), Evidence::kFirmware);
  EXPECT_TRUE(DiffOf(before, after).empty());
  EXPECT_EQ(DiffOf(before, after, {.provenance = true}).size(), 1U);
}

TEST(Diff_Faults, ComeAndGo) {
  MachineFacts before;
  before.facts().AddFault("/sys/a", Error{ErrorCode::kIo, "broken", 0});
  before.facts().AddFault("/sys/b", Error{ErrorCode::kIo, "broken", 0});
  MachineFacts after;
  after.facts().AddFault("/sys/b", Error{ErrorCode::kIo, "broken", 0});
  after.facts().AddFault("/sys/c", Error{ErrorCode::kIo, "broken", 0});
  const Diff diff = DiffOf(before, after);
  ASSERT_EQ(diff.faults.size(), 2U);
  EXPECT_EQ(diff.faults[0].fault.where, "/sys/a");
  EXPECT_EQ(diff.faults[0].change, Change::kRemoved);
  EXPECT_EQ(diff.faults[1].change, Change::kAdded);
}

}  // namespace
}  // namespace acceld::graph
