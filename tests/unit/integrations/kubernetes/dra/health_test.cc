#include "integrations/kubernetes/dra/health.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace acceld::dra {
namespace {

Pool With(const std::string& health, const std::string& taint = "") {
  Pool pool;
  pool.devices = {{"a", "accelerator:a", "copy", 1, health, taint}};
  return pool;
}

DeviceHealth HealthOf(const Pool& pool) {
  return ReportOf(pool.devices.front()).health;
}

TEST(ReportOf, FailedAndOutOfUse_AreUnhealthy) {
  EXPECT_EQ(HealthOf(With("ok")), DeviceHealth::kHealthy);
  EXPECT_EQ(HealthOf(With("degraded")), DeviceHealth::kHealthy);
  EXPECT_EQ(HealthOf(With("unknown")), DeviceHealth::kUnknown);
  EXPECT_EQ(HealthOf(With("failed")), DeviceHealth::kUnhealthy);
  EXPECT_EQ(HealthOf(With("ok", "refuse: new fan")), DeviceHealth::kUnhealthy);
  EXPECT_EQ(HealthOf(With("ok", "avoid: slow")), DeviceHealth::kHealthy);
  EXPECT_EQ(ReportOf(With("failed", "refuse: new fan").devices[0]).message,
            "health: failed; out of use: new fan");
}

class Counter final : public HealthBoard::Listener {
 public:
  void Changed() override { ++count; }
  int count = 0;
};

// A kubelet forgets within 30 s.
TEST(HealthBoard, WhatIsAsBefore_IsToldAgain) {
  HealthBoard board;
  const auto listener = std::make_shared<Counter>();
  board.Listen(listener);
  board.Update(With("ok"), 100);
  board.Update(With("ok"), 110);
  EXPECT_EQ(listener->count, 2);
  EXPECT_EQ(board.Now().number, 2U);
  EXPECT_EQ(board.Now().time, 110);
  EXPECT_EQ(board.Now().reports.front().health, DeviceHealth::kHealthy);
}

TEST(HealthBoard, AMachineWithoutDevices_IsAStateToo) {
  HealthBoard board;
  EXPECT_EQ(board.Now().number, 0U);
  board.Update(Pool(), 100);
  EXPECT_EQ(board.Now().number, 1U);
}

TEST(HealthBoard, WithoutAcceld_NothingIsKnown) {
  HealthBoard board;
  board.Update(With("ok"), 100);
  board.Lose(200);
  EXPECT_EQ(board.Now().reports.front().health, DeviceHealth::kUnknown);
  EXPECT_EQ(board.Now().time, 200);
  board.Update(With("ok"), 400);
  EXPECT_EQ(board.Now().reports.front().health, DeviceHealth::kHealthy);
}

TEST(HealthBoard, ListenersThatLeft_AreForgotten) {
  HealthBoard board;
  auto listener = std::make_shared<Counter>();
  board.Listen(listener);
  listener.reset();
  board.Update(With("ok"), 100);
  board.Close();
  EXPECT_TRUE(board.Now().closed);
}

}  // namespace
}  // namespace acceld::dra
