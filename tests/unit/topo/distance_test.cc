#include "client/topo/distance.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/golden.h"
#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

constexpr Look kUnicode100{.colour = false, .unicode = true, .width = 100};

Machine SharedHbm() { return {testing::SharedHbmMachine().Build(), "a test"}; }

TEST(Distance_AcrossSockets, MarksTheWeakestLink) {
  const auto text =
      DistanceText(SharedHbm(), "renderD128", "memory:1", kUnicode100);
  ASSERT_TRUE(text) << text.error().message;
  testing::ExpectGolden(*text, "topo/distance.txt");
}

TEST(Distance_StatedByFirmware, SaysSo) {
  const Machine machine{testing::MemoryOnlyMachine().Build(), "a test"};
  const auto text = DistanceText(machine, "numa:0", "memory:2", kUnicode100);
  ASSERT_TRUE(text) << text.error().message;
  testing::ExpectGolden(*text, "topo/distance_stated.txt");
}

TEST(Distance_AsDocument, HasExactValuesAndEveryLink) {
  const auto document = DistanceDocument(SharedHbm(), "numa:0", "numa:1");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(*document->Find("latency_ns"), Document(130));
  EXPECT_EQ(*document->Find("bandwidth"), Document("40GB/s"));
  EXPECT_EQ(*document->Find("locality"), Document("cross-package"));
  EXPECT_EQ(document->Find("links")->AsArray()->size(), 1U);
}

TEST(Distance_UnknownName, IsNotFound) {
  const auto text = DistanceText(SharedHbm(), "numa:0", "numa:7", kUnicode100);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
}

TEST(Distance_WithoutAPath, IsNotFound) {
  testing::MachineFacts facts;
  facts.Thing("numa:0").Thing("numa:1");
  const auto text =
      DistanceText({facts.Build(), "a test"}, "numa:0", "numa:1", kUnicode100);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::topo
