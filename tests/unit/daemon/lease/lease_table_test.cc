#include "daemon/lease/lease_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/lease/lease.h"
#include "daemon/lease/random_id.h"

namespace acceld::daemon {
namespace {

using placement::Occupancy;

Occupancy::Charges ChargesOn(const std::string& device, std::int64_t instances,
                             std::int64_t bytes) {
  Occupancy::Charges charges;
  charges.devices.push_back({device, {instances, 1, 0, Bytes(bytes)}});
  charges.memory.push_back({"memory:0", Bytes(bytes)});
  charges.pasids = instances;
  return charges;
}

std::unique_ptr<Lease> MakeLease(const std::string& id,
                                 Occupancy::Charges charges = {}) {
  auto lease = std::make_unique<Lease>();
  lease->id = id;
  lease->sender = ":1." + id;
  lease->charges.what = std::move(charges);
  return lease;
}

Lease& Insert(LeaseTable& table, std::unique_ptr<Lease> lease) {
  table.Charge(lease->charges);
  return table.Insert(std::move(lease));
}

TEST(LeaseTable, Empty_TakesNothing) {
  LeaseTable table;
  EXPECT_TRUE(table.occupancy()->devices.empty());
  EXPECT_TRUE(table.All().empty());
  EXPECT_EQ(table.Find("a"), nullptr);
}

TEST(LeaseTable, Charge_ChargesTheOccupancy) {
  LeaseTable table;
  const auto before = table.version();
  Lease& lease = Insert(table, MakeLease("a", ChargesOn("d", 3, 100)));
  EXPECT_EQ(table.Find("a"), &lease);
  EXPECT_EQ(table.occupancy()->devices.at("d").instances, 3);
  EXPECT_EQ(table.occupancy()->memory.at("memory:0"), Bytes(100));
  EXPECT_EQ(table.occupancy()->live_pasids, 3);
  EXPECT_GT(table.version(), before);
}

TEST(LeaseTable, Change_IsToldOfEachDevice) {
  LeaseTable table;
  std::vector<std::string> told;
  table.OnChange([&](const std::string& device) { told.push_back(device); });
  LeaseCharges charges;
  charges.what = ChargesOn("a", 1, 10);
  charges.what.devices.push_back({"b", {1, 1, 0, Bytes(0)}});
  table.Charge(charges);
  EXPECT_EQ(told, (std::vector<std::string>{"a", "b"}));
  table.FreeDevice(charges, "b");
  table.Block("b");
  table.Unblock("b");
  table.Free(charges);
  EXPECT_EQ(told, (std::vector<std::string>{"a", "b", "b", "b", "b", "a"}));
}

TEST(LeaseTable, SnapshotTakenBefore_IsNotChangedByLaterLeases) {
  LeaseTable table;
  Insert(table, MakeLease("a", ChargesOn("d", 3, 100)));
  const auto snapshot = table.occupancy();
  Insert(table, MakeLease("b", ChargesOn("d", 4, 50)));
  Insert(table, MakeLease("c", ChargesOn("e", 1, 1)));
  EXPECT_EQ(snapshot->devices.size(), 1U);
  EXPECT_EQ(snapshot->devices.at("d").instances, 3);
  EXPECT_EQ(snapshot->memory.at("memory:0"), Bytes(100));
  EXPECT_EQ(table.occupancy()->devices.at("d").instances, 7);
  EXPECT_EQ(table.occupancy()->memory.at("memory:0"), Bytes(151));
}

TEST(LeaseTable, SnapshotTakenBefore_IsNotChangedByFree) {
  LeaseTable table;
  Insert(table, MakeLease("a", ChargesOn("d", 3, 100)));
  const auto snapshot = table.occupancy();
  const auto lease = table.Remove("a");
  table.Free(lease->charges);
  EXPECT_EQ(snapshot->devices.at("d").instances, 3);
  EXPECT_TRUE(table.occupancy()->devices.empty());
}

TEST(LeaseTable, Remove_KeepsTheChargesUntilFree) {
  LeaseTable table;
  Insert(table, MakeLease("a", ChargesOn("d", 3, 100)));
  const auto inserted = table.version();
  const auto lease = table.Remove("a");
  EXPECT_EQ(table.Find("a"), nullptr);
  EXPECT_EQ(lease->id, "a");
  EXPECT_EQ(table.occupancy()->devices.at("d").instances, 3);
  EXPECT_EQ(table.version(), inserted);
}

TEST(LeaseTable, Free_IsTheExactInverseInAnyOrder) {
  LeaseTable table;
  Insert(table, MakeLease("a", ChargesOn("d", 3, 100)));
  Insert(table, MakeLease("b", ChargesOn("d", 4, 50)));
  Insert(table, MakeLease("c", ChargesOn("e", 1, 7)));
  for (const char* id : {"a", "c"}) table.Free(table.Remove(id)->charges);
  EXPECT_EQ(table.occupancy()->devices.size(), 1U);
  EXPECT_EQ(table.occupancy()->devices.at("d").instances, 4);
  EXPECT_EQ(table.occupancy()->memory.at("memory:0"), Bytes(50));
  const auto before = table.version();
  table.Free(table.Remove("b")->charges);
  EXPECT_TRUE(table.occupancy()->devices.empty());
  EXPECT_TRUE(table.occupancy()->memory.empty());
  EXPECT_EQ(table.occupancy()->live_pasids, 0);
  EXPECT_GT(table.version(), before);
}

TEST(LeaseTable, FreeDevice_GivesBackOneOpenAndTheRestLater) {
  LeaseTable table;
  LeaseCharges charges;
  charges.what.devices = {{"d", {1, 0, 0, Bytes()}},
                          {"d", {0, 0, 0, Bytes(64)}},
                          {"d", {1, 0, 0, Bytes()}},
                          {"e", {1, 1, 0, Bytes()}}};
  table.Charge(charges);
  table.FreeDevice(charges, "d");
  EXPECT_EQ(table.occupancy()->devices.at("d").instances, 1);
  EXPECT_EQ(table.occupancy()->devices.at("d").memory, Bytes(64));
  table.FreeDevice(charges, "e");
  EXPECT_FALSE(table.occupancy()->devices.contains("e"));
  table.Free(charges);
  EXPECT_TRUE(table.occupancy()->devices.empty());
}

TEST(LeaseTable, Block_HoldsUntilEachIsTakenBack) {
  LeaseTable table;
  table.Block("d");
  table.Block("d");
  table.Unblock("d");
  EXPECT_EQ(table.occupancy()->devices.at("d").quarantined, 1);
  table.Unblock("d");
  EXPECT_TRUE(table.occupancy()->devices.empty());
}

TEST(LeaseTable, LeasesOfOneProcess_CostOnePasid) {
  LeaseTable table;
  const LeaseCharges mine{{}, ProcessId{10, 7}};
  const LeaseCharges reused{{}, ProcessId{10, 8}};  // the number came again
  table.Charge(mine);
  table.Charge(mine);
  EXPECT_EQ(table.occupancy()->live_pasids, 1);
  EXPECT_TRUE(table.HasPasid({10, 7}));
  EXPECT_FALSE(table.HasPasid({10, 8}));
  EXPECT_TRUE(table.MayHavePasid(10));
  EXPECT_FALSE(table.MayHavePasid(9));
  EXPECT_FALSE(table.MayHavePasid(11));
  table.Charge(reused);
  EXPECT_EQ(table.occupancy()->live_pasids, 2);
  table.Free(mine);
  EXPECT_EQ(table.occupancy()->live_pasids, 2);
  table.Free(mine);
  EXPECT_EQ(table.occupancy()->live_pasids, 1);
  table.Free(reused);
  EXPECT_EQ(table.occupancy()->live_pasids, 0);
}

TEST(LeaseTable, All_ListsEveryLease) {
  LeaseTable table;
  Insert(table, MakeLease("b"));
  Insert(table, MakeLease("a"));
  std::set<std::string> ids;
  for (const Lease* lease : table.All()) ids.insert(lease->id);
  EXPECT_EQ(ids, (std::set<std::string>{"a", "b"}));
}

TEST(Lease, Ids_AreLongAndNeverTheSame) {
  std::set<LeaseId> ids;
  for (int i = 0; i < 100; ++i) {
    const auto id = MakeRandomId();
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(id->size(), 32U);
    EXPECT_EQ(id->find_first_not_of("0123456789abcdef"), std::string::npos);
    ids.insert(*id);
  }
  EXPECT_EQ(ids.size(), 100U);
}

TEST(Lease, StateNames_Differ) {
  std::set<std::string_view> names;
  for (const LeaseState state : {LeaseState::kGranted, LeaseState::kActive,
                                 LeaseState::kReleased, LeaseState::kRevoked}) {
    names.insert(Name(state));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"granted", "active", "released",
                                               "revoked"}));
}

TEST(Lease, Path_EndsWithTheId) {
  EXPECT_EQ(LeasePath("1f00"), "/org/acceld1/lease/1f00");
}

}  // namespace
}  // namespace acceld::daemon
