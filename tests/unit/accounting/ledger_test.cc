#include "accounting/ledger.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <utility>

namespace acceld::accounting {
namespace {

constexpr uid_t kAlice = 1000;
constexpr uid_t kBob = 1001;

policy::Limits Small() {
  policy::Limits limits;
  limits.max_leases_per_user = 2;
  limits.max_instances_per_user = 5;
  limits.max_buffer_bytes_per_user = Bytes(4096);
  return limits;
}

Holdings Of(std::int64_t leases, std::int64_t instances, std::int64_t bytes) {
  return Holdings{leases, instances, Bytes(bytes)};
}

void ExpectHeld(const Ledger& ledger, uid_t user, const Holdings& wanted) {
  const Holdings held = ledger.HeldBy(user);
  EXPECT_EQ(held.leases, wanted.leases);
  EXPECT_EQ(held.instances, wanted.instances);
  EXPECT_EQ(held.buffers, wanted.buffers);
}

void ExpectRefused(Ledger& ledger, const Holdings& what) {
  const Holdings before = ledger.HeldBy(kAlice);
  const auto refused = ledger.Take(kAlice, what, Small());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kQuotaExceeded);
  ExpectHeld(ledger, kAlice, before);
}

TEST(Ledger, Nobody_HoldsNothing) {
  const Ledger ledger;
  ExpectHeld(ledger, kAlice, {});
}

TEST(Ledger, ExactlyTheLimit_IsGiven) {
  Ledger ledger;
  const auto all = ledger.Take(kAlice, Of(2, 5, 4096), Small());
  ASSERT_TRUE(all.has_value());
  ExpectHeld(ledger, kAlice, Of(2, 5, 4096));
}

TEST(Ledger, OneOverAnyLimit_IsRefusedAndChargesNothing) {
  Ledger ledger;
  ExpectRefused(ledger, Of(3, 5, 4096));
  ExpectRefused(ledger, Of(2, 6, 4096));
  ExpectRefused(ledger, Of(2, 5, 4097));
}

TEST(Ledger, WhatIsHeld_Counts) {
  Ledger ledger;
  const auto first = ledger.Take(kAlice, Of(1, 3, 4000), Small());
  ASSERT_TRUE(first.has_value());
  ExpectRefused(ledger, Of(2, 1, 1));
  ExpectRefused(ledger, Of(1, 3, 1));
  ExpectRefused(ledger, Of(1, 1, 97));
  EXPECT_TRUE(ledger.Take(kAlice, Of(1, 2, 96), Small()).has_value());
}

TEST(Ledger, HugeRequests_DoNotOverflow) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  Ledger ledger;
  const auto held = ledger.Take(kAlice, Of(1, 1, 1), Small());
  ASSERT_TRUE(held.has_value());
  ExpectRefused(ledger, Of(kMax, 0, 0));
  ExpectRefused(ledger, Of(0, kMax, 0));
  ExpectRefused(ledger, Of(0, 0, kMax));
}

TEST(Ledger, HugeLimits_DoNotOverflow) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  policy::Limits limits = Small();
  limits.max_buffer_bytes_per_user = Bytes(kMax);
  Ledger ledger;
  const auto most = ledger.Take(kAlice, Of(1, 1, kMax - 1), limits);
  ASSERT_TRUE(most.has_value());
  EXPECT_FALSE(ledger.Take(kAlice, Of(0, 0, 2), limits).has_value());
  EXPECT_TRUE(ledger.Take(kAlice, Of(0, 0, 1), limits).has_value());
}

TEST(Ledger, Users_AreCountedApart) {
  Ledger ledger;
  const auto alice = ledger.Take(kAlice, Of(2, 5, 4096), Small());
  const auto bob = ledger.Take(kBob, Of(1, 2, 3), Small());
  ASSERT_TRUE(alice.has_value());
  ASSERT_TRUE(bob.has_value());
  ExpectHeld(ledger, kAlice, Of(2, 5, 4096));
  ExpectHeld(ledger, kBob, Of(1, 2, 3));
}

TEST(Ledger, LoweredLimit_RefusesMoreAndKeepsWhatIsHeld) {
  Ledger ledger;
  const auto held = ledger.Take(kAlice, Of(2, 5, 4096), Small());
  ASSERT_TRUE(held.has_value());
  policy::Limits lower = Small();
  lower.max_leases_per_user = 1;
  EXPECT_FALSE(ledger.Take(kAlice, Of(0, 0, 0), lower).has_value());
  ExpectHeld(ledger, kAlice, Of(2, 5, 4096));
}

TEST(Charge, Destroyed_GivesBack) {
  Ledger ledger;
  const auto kept = ledger.Take(kAlice, Of(1, 1, 10), Small());
  {
    const auto charge = ledger.Take(kAlice, Of(1, 4, 20), Small());
    ASSERT_TRUE(charge.has_value());
  }
  ExpectHeld(ledger, kAlice, Of(1, 1, 10));
}

TEST(Charge, Moved_GivesBackOnce) {
  Ledger ledger;
  auto charge = ledger.Take(kAlice, Of(1, 2, 3), Small());
  ASSERT_TRUE(charge.has_value());
  {
    const Ledger::Charge moved = *std::move(charge);
    ExpectHeld(ledger, kAlice, Of(1, 2, 3));
  }
  ExpectHeld(ledger, kAlice, {});
  const auto next = ledger.Take(kAlice, Of(2, 5, 4096), Small());
  ASSERT_TRUE(next.has_value());
  { const Ledger::Charge gone = *std::move(charge); }
  ExpectHeld(ledger, kAlice, Of(2, 5, 4096));
}

TEST(Charge, Assigned_GivesBackWhatItHeldBefore) {
  Ledger ledger;
  auto alice = ledger.Take(kAlice, Of(1, 2, 3), Small());
  auto bob = ledger.Take(kBob, Of(2, 4, 6), Small());
  ASSERT_TRUE(alice.has_value());
  ASSERT_TRUE(bob.has_value());
  *alice = *std::move(bob);
  ExpectHeld(ledger, kAlice, {});
  ExpectHeld(ledger, kBob, Of(2, 4, 6));
  *alice = Ledger::Charge();
  ExpectHeld(ledger, kBob, {});
}

TEST(Charge, LedgerGone_GivesBackToNobody) {
  std::optional<Ledger> ledger(std::in_place);
  auto charge = ledger->Take(kAlice, Of(1, 2, 3), Small());
  ASSERT_TRUE(charge.has_value());
  ledger.reset();
  *charge = Ledger::Charge();
}

}  // namespace
}  // namespace acceld::accounting
