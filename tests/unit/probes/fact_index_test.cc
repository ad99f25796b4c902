#include "probes/fact_index.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace acceld::probes {
namespace {

Provenance From(Evidence evidence) { return {evidence, "test"}; }

std::string Key(int number) { return "numa:" + std::to_string(number); }

std::int64_t Number(const FactIndex& index, const std::string& key,
                    std::string_view name) {
  const Attribute* found = index.Get(key, name);
  const auto* number =
      found == nullptr ? nullptr : std::get_if<std::int64_t>(&found->value);
  return number == nullptr ? -1 : *number;
}

TEST(FactIndex, ManyThings_AreFoundByKey) {
  constexpr int kMany = 1000;
  FactSet facts;
  for (int i = 0; i < kMany; ++i) {
    facts.AddEntity(Key(i), VertexKind::kNumaNode);
    facts.AddAttribute(Key(i), "a", std::int64_t{i}, From(Evidence::kFirmware));
  }
  const FactIndex index(facts);
  for (int i = 0; i < kMany; ++i) {
    EXPECT_EQ(index.KindOf(Key(i)), VertexKind::kNumaNode);
    EXPECT_EQ(Number(index, Key(i), "a"), i);
  }
  EXPECT_FALSE(index.KindOf(Key(kMany)));
  EXPECT_EQ(index.Get(Key(kMany), "a"), nullptr);
}

TEST(FactIndex, AttributesInPieces_AreThoseOfOneThing) {
  FactSet facts;
  // Before its entity, and with another thing in between.
  facts.AddAttribute("numa:0", "a", std::int64_t{1}, From(Evidence::kFirmware));
  facts.AddAttribute("numa:1", "a", std::int64_t{2}, From(Evidence::kFirmware));
  facts.AddEntity("numa:0", VertexKind::kNumaNode);
  facts.AddEntity("numa:0", VertexKind::kPackage);
  facts.AddAttribute("numa:0", "b", std::int64_t{3}, From(Evidence::kFirmware));
  const FactIndex index(facts);
  EXPECT_EQ(index.KindOf("numa:0"), VertexKind::kNumaNode);
  EXPECT_FALSE(index.KindOf("numa:1"));
  EXPECT_EQ(Number(index, "numa:0", "a"), 1);
  EXPECT_EQ(Number(index, "numa:0", "b"), 3);
  EXPECT_EQ(Number(index, "numa:1", "a"), 2);
}

TEST(FactIndex, OfSeveral_TheBestEvidenceThenTheFirstCounts) {
  FactSet facts;
  facts.AddAttribute("numa:0", "a", std::int64_t{1}, From(Evidence::kAssumed));
  facts.AddAttribute("numa:0", "a", std::int64_t{2}, From(Evidence::kFirmware));
  facts.AddAttribute("numa:1", "a", std::int64_t{3}, From(Evidence::kFirmware));
  facts.AddAttribute("numa:0", "a", std::int64_t{4}, From(Evidence::kFirmware));
  EXPECT_EQ(Number(FactIndex(facts), "numa:0", "a"), 2);
}

TEST(FactIndex, LaterFacts_AreSeenOnceCaughtUp) {
  FactSet facts;
  facts.AddEntity("pci:0000:3a:00.0", VertexKind::kPciFunction);
  const FactIndex index(facts);
  EXPECT_EQ(index.pci_keys().size(), 1U);
  facts.AddEntity("root-port:0000:3b:00.0", VertexKind::kRootPort);
  facts.AddAttribute("pci:0000:3a:00.0", "a", std::int64_t{1},
                     From(Evidence::kFirmware));
  EXPECT_FALSE(index.PciKey({0, 0x3b, 0, 0}));
  EXPECT_EQ(index.Get("pci:0000:3a:00.0", "a"), nullptr);
  index.CatchUp();
  EXPECT_EQ(index.PciKey({0, 0x3b, 0, 0}), "root-port:0000:3b:00.0");
  EXPECT_EQ(Number(index, "pci:0000:3a:00.0", "a"), 1);
}

}  // namespace
}  // namespace acceld::probes
