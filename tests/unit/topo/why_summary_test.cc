#include "client/topo/why_summary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/machine_facts.h"

namespace acceld::topo {
namespace {

using testing::MachineFacts;
using Texts = std::vector<std::string>;

// A work queue of an accelerator on a function behind a narrow link.
MachineFacts Queue() {
  MachineFacts facts;
  facts.Link("root-port:0000:00:01.0", "pci:0000:01:00.0", LinkKind::kPcie, 8,
             150);
  facts.facts().links[0].attributes = {
      {"width", Lanes(4), {Evidence::kFirmware, "test"}},
      {"max_width", Lanes(16), {Evidence::kFirmware, "test"}}};
  facts
      .Relation("accelerator:dsa0", "pci:0000:01:00.0",
                RelationKind::kAcceleratorOf)
      .Relation("engine:wq0.1", "accelerator:dsa0", RelationKind::kEngineOf)
      .Attribute("engine:wq0.1", attr::kNodePath, std::string("/dev/dsa/wq0.1"))
      .Attribute("engine:wq0.1", attr::kInstances, std::int64_t{3})
      .Attribute("accelerator:dsa0", attr::kGrant, std::string("ticket"))
      .Attribute("accelerator:dsa0", attr::kSva, std::string("no"))
      .Attribute("accelerator:dsa0", attr::kSvaReasons, Texts{"no driver"})
      .Attribute("accelerator:dsa0", attr::kHealth, std::string("degraded"))
      .Attribute("accelerator:dsa0", attr::kHealthReason, std::string("hot"))
      .Attribute("pci:0000:01:00.0", attr::kSva, std::string("no"))
      .Attribute("pci:0000:01:00.0", attr::kSvaReasons,
                 Texts{"no driver", "PASID is off"})
      .Attribute("pci:0000:01:00.0", attr::kSvaCaveats, Texts{"a caveat"});
  return facts;
}

Texts TextsOf(const std::vector<Remark>& remarks) {
  Texts texts;
  for (const Remark& remark : remarks) texts.push_back(remark.text);
  return texts;
}

Summary Of(const MachineFacts& facts, std::string_view key) {
  const auto topology = facts.Build();
  return SummaryOf(*topology, *topology->Find(key));
}

TEST(Summary_OfAnEngine, HasTheReasonsOfAllThatItIsPartOf) {
  const Summary summary = Of(Queue(), "engine:wq0.1");
  EXPECT_EQ(summary.sva, "no");
  EXPECT_EQ(TextsOf(summary.sva_reasons), (Texts{"no driver", "PASID is off"}));
  EXPECT_TRUE(summary.sva_caveats.empty());
}

TEST(Summary_OfAnEngine, ProvenByABind_HasNothingInTheWay) {
  MachineFacts facts = Queue();
  facts.Attribute("engine:wq0.1", attr::kSva, std::string("proven"))
      .Attribute("engine:wq0.1", "quarantine", Texts{"still held"});
  const auto topology = facts.Build();
  const Summary summary = SummaryOf(*topology, *topology->Find("engine:wq0.1"));
  EXPECT_EQ(summary.sva, "proven");
  EXPECT_TRUE(summary.sva_reasons.empty());
  EXPECT_TRUE(summary.sva_caveats.empty());
  EXPECT_EQ(summary.access.back().text, "still held");
}

TEST(Summary_OfAnEngine, IsGrantedAsItsAcceleratorAtItsOwnNode) {
  const Summary summary = Of(Queue(), "engine:wq0.1");
  ASSERT_EQ(summary.access.size(), 2U);
  EXPECT_TRUE(summary.access[0].text.starts_with("ticket"));
  EXPECT_NE(summary.access[0].text.find("/dev/dsa/wq0.1"), std::string::npos);
  EXPECT_EQ(summary.access[1].text, "3 opens in all");
}

TEST(Summary_OfOneOfTwoInterfaces, NamesTheOther) {
  MachineFacts facts;
  facts
      .Relation("accelerator:kfd-2", "pci:0000:63:00.0",
                RelationKind::kAcceleratorOf)
      .Relation("accelerator:renderD128", "pci:0000:63:00.0",
                RelationKind::kAcceleratorOf)
      .Attribute("accelerator:kfd-2", attr::kFramework, std::string("kfd"))
      .Attribute("accelerator:kfd-2", attr::kGrant, std::string("ticket"))
      .Attribute("accelerator:renderD128", attr::kFramework, std::string("drm"))
      .Attribute("accelerator:renderD128", attr::kGrant, std::string("fd"));
  const Summary summary = Of(facts, "accelerator:renderD128");
  ASSERT_EQ(summary.access.size(), 2U);
  EXPECT_NE(summary.access[1].text.find("kfd as accelerator:kfd-2"),
            std::string::npos);
}

TEST(Summary_Verdict_WithReasons, LeadsToThem) {
  const MachineFacts facts = Queue();
  std::string text;
  const auto topology = facts.Build();
  AppendSummary(*topology, *topology->Find("engine:wq0.1"), {}, text);
  EXPECT_NE(text.find("  it cannot have them:\n  - no driver"),
            std::string::npos)
      << text;
}

TEST(Summary_Health, NamesTheLinkToo) {
  const Summary summary = Of(Queue(), "engine:wq0.1");
  EXPECT_EQ(summary.health, "degraded");
  ASSERT_EQ(summary.health_remarks.size(), 2U);
  EXPECT_EQ(summary.health_remarks[0].text, "hot");
  EXPECT_NE(summary.health_remarks[1].text.find("x4 of x16"),
            std::string::npos);
}

TEST(Summary_VerdictWithoutReasons, SaysThatThereAreNone) {
  MachineFacts facts;
  facts.Thing("accelerator:dsa0")
      .Attribute("accelerator:dsa0", attr::kSva, std::string("no"));
  std::string text;
  const auto topology = facts.Build();
  AppendSummary(*topology, *topology->Find("accelerator:dsa0"), {}, text);
  EXPECT_NE(text.find("it cannot have them; no reason is recorded\n"),
            std::string::npos);
}

TEST(Summary_OfANode, SaysNothing) {
  MachineFacts facts;
  facts.Thing("numa:0");
  std::string text;
  const auto topology = facts.Build();
  AppendSummary(*topology, *topology->Find("numa:0"), {}, text);
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace acceld::topo
