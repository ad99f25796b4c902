#include "client/topo/path.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/golden.h"
#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

constexpr Look kUnicode100{.colour = false, .unicode = true, .width = 100};

Machine Switch() { return {testing::SwitchMachine().Build(), "a test"}; }

TEST(Path_BelowASwitch, TellsAcsAndEnds) {
  const auto text = PathText(Switch(), "qat0", "0a:00.0", kUnicode100);
  ASSERT_TRUE(text) << text.error().message;
  testing::ExpectGolden(*text, "topo/path.txt");
}

TEST(Path_ToAMemory, NeedsNoPeerToPeer) {
  const auto text = PathText(Switch(), "qat3", "memory:0", kUnicode100);
  ASSERT_TRUE(text) << text.error().message;
  testing::ExpectGolden(*text, "topo/path_memory.txt");
}

TEST(Path_AsDocument, HasTheVerdictAsData) {
  const auto document = PathDocument(Switch(), "qat0", "qat1");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(*document->Find("from")->Find("function"),
            Document("pci:0000:04:00.0"));
  EXPECT_EQ(*document->Find("same_iommu_group"), Document(false));
  const Document& peers = *document->Find("peer_to_peer");
  EXPECT_EQ(*peers.Find("answer"), Document("unknown"));
  EXPECT_EQ(*peers.Find("findings")->AsArray()->at(0).Find("reason"),
            Document("acs-unknown"));
  EXPECT_EQ(document->Find("links")->AsArray()->size(), 6U);
}

TEST(Path_UnknownName, IsNotFound) {
  EXPECT_EQ(PathText(Switch(), "qat0", "qat99", kUnicode100).error().code,
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::topo
