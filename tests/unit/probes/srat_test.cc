#include "probes/srat.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/acpi_tables.h"

namespace acceld::probes {
namespace {

using acceld::testing::MakeCpuAffinity;
using acceld::testing::MakeGenericInitiator;
using acceld::testing::MakeMemoryAffinity;
using acceld::testing::MakeSrat;

std::vector<ProximityDomain> DomainsOf(const std::string& bytes) {
  const auto domains = ParseSrat(bytes);
  EXPECT_TRUE(domains.has_value());
  std::vector<ProximityDomain> order;
  if (!domains) return order;
  for (const SratDomain& domain : *domains) order.push_back(domain.domain);
  return order;
}

// As Linux numbers nodes: CPUs and generic initiators first, then memories,
// each in the table's order.
TEST(Srat, MemoryBeforeCpus_Parsed_ComesAfterThem) {
  EXPECT_EQ(DomainsOf(MakeSrat(MakeMemoryAffinity(9) + MakeCpuAffinity(4, 0) +
                               MakeGenericInitiator(7) + MakeCpuAffinity(2, 1) +
                               MakeMemoryAffinity(4) + MakeMemoryAffinity(3))),
            (std::vector<ProximityDomain>{4, 7, 2, 9, 3}));
}

TEST(Srat, Members_Parsed_AreKnownByDomain) {
  const auto domains = ParseSrat(MakeSrat(
      MakeCpuAffinity(4, 0) + MakeGenericInitiator(7) + MakeMemoryAffinity(4)));
  ASSERT_TRUE(domains.has_value());
  ASSERT_EQ(domains->size(), 2U);
  EXPECT_TRUE((*domains)[0].has_cpus);
  EXPECT_TRUE((*domains)[0].has_memory);
  EXPECT_FALSE((*domains)[0].has_generic_initiator);
  EXPECT_TRUE((*domains)[1].has_generic_initiator);
  EXPECT_FALSE((*domains)[1].has_cpus);
}

TEST(Srat, DisabledStructure_Parsed_IsIgnored) {
  EXPECT_EQ(
      DomainsOf(MakeSrat(MakeCpuAffinity(5, 0, 0) + MakeMemoryAffinity(6, 2) +
                         MakeCpuAffinity(8, 1))),
      (std::vector<ProximityDomain>{8}));
}

TEST(Srat, WideDomain_Parsed_DependsOnTheRevision) {
  const std::string structures = MakeCpuAffinity(0x102, 0);
  EXPECT_EQ(DomainsOf(MakeSrat(structures, 2)),
            (std::vector<ProximityDomain>{0x102}));
  EXPECT_EQ(DomainsOf(MakeSrat(structures, 1)),
            (std::vector<ProximityDomain>{2}));
}

TEST(Srat, EveryTruncation_Parsed_IsCorrupt) {
  const std::string structures = MakeCpuAffinity(1, 0) + MakeMemoryAffinity(2);
  const std::string whole = MakeSrat(structures);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseSrat(whole.substr(0, size)).has_value()) << size;
  }
  for (std::size_t size = 1; size < structures.size(); ++size) {
    if (size == 16) continue;  // the first structure, whole
    EXPECT_FALSE(ParseSrat(MakeSrat(structures.substr(0, size))).has_value())
        << size;
  }
}

TEST(Srat, LengthOfZero_Parsed_IsCorrupt) {
  EXPECT_FALSE(ParseSrat(MakeSrat(std::string(16, '\0'))).has_value());
}

}  // namespace
}  // namespace acceld::probes
