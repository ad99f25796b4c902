#include "probes/hmat.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/acpi_tables.h"

namespace acceld::probes {
namespace {

using acceld::testing::LittleEndian;
using acceld::testing::LocalitySpec;
using acceld::testing::MakeAcpiTable;
using acceld::testing::MakeHmat;
using acceld::testing::MakeLocality;
using acceld::testing::MakeSideCache;

constexpr std::int64_t kMib = std::int64_t{1} << 20;

// Two initiators by three targets, all values different.
LocalitySpec Latencies() {
  return {0, 0, 1000, {0, 1}, {0, 1, 7}, {90, 180, 120, 181, 91, 0xffff}};
}
LocalitySpec Bandwidths() {
  return {0, 3, 100, {0, 1}, {0, 1, 7}, {2000, 800, 4000, 801, 2001, 0}};
}

TEST(Hmat, Matrix_Parsed_HasEveryPair) {
  const auto table = ParseHmat(
      MakeHmat(MakeLocality(Latencies()) + MakeLocality(Bandwidths())));
  ASSERT_TRUE(table.has_value()) << table.error().message;
  ASSERT_EQ(table->cells.size(), 6U);
  const HmatCell& cell = table->cells[2];
  EXPECT_EQ(cell.initiator, 0U);
  EXPECT_EQ(cell.target, 7U);
  EXPECT_EQ(cell.read_latency, Nanoseconds(120));
  EXPECT_EQ(cell.write_latency, Nanoseconds(120));
  EXPECT_EQ(cell.read_bandwidth, BytesPerSecond(400000 * kMib));
  EXPECT_EQ(table->cells[3].read_latency, Nanoseconds(181));
  EXPECT_EQ(table->cells[3].write_bandwidth, BytesPerSecond(80100 * kMib));
}

TEST(Hmat, UnreachableAndNotGiven_Parsed_AreAbsent) {
  const auto table = ParseHmat(
      MakeHmat(MakeLocality(Latencies()) + MakeLocality(Bandwidths())));
  ASSERT_TRUE(table.has_value());
  const HmatCell& cell = table->cells[5];
  EXPECT_TRUE(cell.unreachable);
  EXPECT_FALSE(cell.read_latency.has_value());
  EXPECT_FALSE(cell.read_bandwidth.has_value());
}

TEST(Hmat, ReadAndWriteTypes_Parsed_AreKeptApart) {
  std::string structures;
  for (const int type : {1, 2, 4, 5}) {
    structures += MakeLocality({0, type, 1000, {3}, {4}, {10 + type}});
  }
  const auto table = ParseHmat(MakeHmat(structures));
  ASSERT_TRUE(table.has_value());
  ASSERT_EQ(table->cells.size(), 1U);
  EXPECT_EQ(table->cells[0].read_latency, Nanoseconds(11));
  EXPECT_EQ(table->cells[0].write_latency, Nanoseconds(12));
  EXPECT_EQ(table->cells[0].read_bandwidth, BytesPerSecond(14000 * kMib));
  EXPECT_EQ(table->cells[0].write_bandwidth, BytesPerSecond(15000 * kMib));
}

TEST(Hmat, CacheHierarchy_Parsed_IsNotTheMemory) {
  LocalitySpec cache = Latencies();
  cache.hierarchy = 1;
  const auto table = ParseHmat(MakeHmat(MakeLocality(cache)));
  ASSERT_TRUE(table.has_value());
  EXPECT_TRUE(table->cells.empty());
}

TEST(Hmat, FractionsOfNanoseconds_Parsed_AreRoundedUp) {
  const auto table =
      ParseHmat(MakeHmat(MakeLocality({0, 0, 100, {0}, {0}, {1}})));
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->cells[0].read_latency, Nanoseconds(1));
}

TEST(Hmat, RevisionOne_Parsed_CountsInTenths) {
  const auto table =
      ParseHmat(MakeHmat(MakeLocality({0, 0, 100, {0}, {0}, {15}}) +
                             MakeLocality({0, 3, 10, {0}, {0}, {500}}),
                         1));
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->cells[0].read_latency, Nanoseconds(150));
  EXPECT_EQ(table->cells[0].read_bandwidth, BytesPerSecond(500 * kMib));
}

TEST(Hmat, SideCache_Parsed_IsDecoded) {
  // Level 1 of 1, complex, write-through, 128-byte lines.
  const auto table = ParseHmat(MakeHmat(MakeSideCache(3, 1 << 30, 0x00802211)));
  ASSERT_TRUE(table.has_value());
  ASSERT_EQ(table->caches.size(), 1U);
  const HmatCache& cache = table->caches[0];
  EXPECT_EQ(cache.domain, 3U);
  EXPECT_EQ(cache.level, 1);
  EXPECT_EQ(cache.size, Bytes(1 << 30));
  EXPECT_EQ(cache.line_size, Bytes(128));
  EXPECT_EQ(cache.associativity, HmatAssociativity::kComplex);
  EXPECT_EQ(cache.write_policy, HmatWritePolicy::kWriteThrough);
}

TEST(Hmat, UnknownStructure_Parsed_IsSkipped) {
  const std::string unknown = LittleEndian(9, 2) + LittleEndian(0, 2) +
                              LittleEndian(12, 4) + LittleEndian(0, 4);
  const auto table = ParseHmat(MakeHmat(unknown + MakeLocality(Latencies())));
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->cells.size(), 6U);
}

TEST(Hmat, EveryTruncation_Parsed_IsCorruptOrNothing) {
  const std::string whole =
      MakeHmat(MakeLocality(Latencies()) + MakeSideCache(0, 64, 0x11));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = ParseHmat(whole.substr(0, size));
    ASSERT_FALSE(cut.has_value()) << size;
    EXPECT_EQ(cut.error().code, ErrorCode::kCorruptInput) << size;
  }
}

// The header's length and checksum are right; only the structures are cut.
TEST(Hmat, EveryTruncatedStructure_Parsed_IsCorrupt) {
  const std::string structure = MakeLocality(Latencies());
  for (std::size_t size = 1; size < structure.size(); ++size) {
    EXPECT_FALSE(ParseHmat(MakeHmat(structure.substr(0, size))).has_value())
        << size;
  }
}

TEST(Hmat, HugeCounts_Parsed_AreCorrupt) {
  for (const std::size_t at : {std::size_t{12}, std::size_t{16}}) {
    std::string structure = MakeLocality(Latencies());
    structure.replace(at, 4, "\xff\xff\xff\xff");
    EXPECT_FALSE(ParseHmat(MakeHmat(structure)).has_value());
  }
}

TEST(Hmat, HugeBase_Parsed_IsCorrupt) {
  LocalitySpec spec = Latencies();
  spec.base = ~0ULL;
  EXPECT_FALSE(ParseHmat(MakeHmat(MakeLocality(spec))).has_value());
  LocalitySpec wide = Bandwidths();
  wide.base = 1ULL << 40;
  EXPECT_FALSE(ParseHmat(MakeHmat(MakeLocality(wide))).has_value());
}

TEST(Hmat, WrongSignatureOrChecksum_Parsed_IsCorrupt) {
  EXPECT_FALSE(ParseHmat(MakeAcpiTable("SRAT", 2, "\0\0\0\0")).has_value());
  std::string bad = MakeHmat(MakeLocality(Latencies()));
  bad.back() = static_cast<char>(bad.back() ^ 1);
  EXPECT_EQ(ParseHmat(bad).error().code, ErrorCode::kCorruptInput);
}

TEST(Hmat, UnknownRevision_Parsed_IsUnsupported) {
  EXPECT_EQ(ParseHmat(MakeHmat("", 3)).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace acceld::probes
