#include "base/topology_terms.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string_view>

namespace acceld {
namespace {

// Every value from the first to `last` has a name of its own that parses back.
template <typename Kind, typename Parse>
void ExpectRoundTrip(Kind last, Parse parse) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto kind = static_cast<Kind>(i);
    const std::string_view name = Name(kind);
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(parse(name), std::optional<Kind>(kind)) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(parse("no-such-name"));
  EXPECT_FALSE(parse(""));
}

TEST(TopologyTerms, Names_SurviveTheRoundTrip) {
  ExpectRoundTrip(VertexKind::kIommuUnit, ParseVertexKind);
  ExpectRoundTrip(LinkKind::kOnDie, ParseLinkKind);
  ExpectRoundTrip(RelationKind::kTranslatedBy, ParseRelationKind);
  ExpectRoundTrip(MemoryKind::kDevice, ParseMemoryKind);
  ExpectRoundTrip(Locality::kCrossPackage, ParseLocality);
}

// The header promises these spellings; users write them.
TEST(TopologyTerms, Names_AreThoseOfTheHeader) {
  EXPECT_EQ(Name(VertexKind::kNumaNode), "numa");
  EXPECT_EQ(Name(VertexKind::kPciFunction), "pci");
  EXPECT_EQ(Name(VertexKind::kAccelerator), "accelerator");
  EXPECT_EQ(Name(VertexKind::kFabricHub), "fabric-hub");
  EXPECT_EQ(Name(LinkKind::kMemoryBus), "memory-bus");
  EXPECT_EQ(Name(RelationKind::kAccess), "access");
  EXPECT_EQ(Name(RelationKind::kVirtualOf), "virtual-of");
  EXPECT_EQ(Name(MemoryKind::kHbm), "hbm");
  EXPECT_EQ(Name(Locality::kSameHostBridge), "same-host-bridge");
}

TEST(TopologyTerms, Localities_AreOrderedNearestFirst) {
  EXPECT_LT(Locality::kSameDevice, Locality::kSameSwitch);
  EXPECT_LT(Locality::kSameNuma, Locality::kSamePackage);
  EXPECT_LT(Locality::kSamePackage, Locality::kCrossPackage);
}

}  // namespace
}  // namespace acceld
