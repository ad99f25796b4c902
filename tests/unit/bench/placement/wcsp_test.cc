#include "bench/placement/wcsp.h"

#include <gtest/gtest.h>

namespace acceld::bench {
namespace {

// Two stages on three devices, the second on two of them; 5 units of traffic.
Instance Small() {
  Instance one;
  one.stages = 2;
  one.devices = 3;
  one.capacity = {1, 1, 1};
  one.allowed = {{0, 1, 2}, {1, 2}};
  one.flow = {0, 5, 0, 0};
  one.distance = {0, 1, 2, 1, 0, 3, 2, 3, 0};
  return one;
}

TEST(ToWcsp, PairsAndForbiddenPairs_AreWritten) {
  const auto text = ToWcsp(Small());
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "placement 2 3 3 16\n3 2\n"
            "1 0 0 0\n"
            "2 0 1 0 6\n"
            "0 0 5\n0 1 10\n1 0 16\n1 1 15\n2 0 15\n2 1 16\n"
            "1 1 0 0\n");
}

TEST(ToWcsp, RoomForAll_ForbidsNothing) {
  Instance one = Small();
  one.capacity = {2, 2, 2};
  const auto text = ToWcsp(one);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find(" 16\n", 20), std::string::npos);
}

TEST(ToWcsp, RoomForSome_IsRefused) {
  Instance one = Small();
  one.stages = 3;
  one.allowed.push_back({0});
  one.flow.assign(9, 0);
  one.capacity = {2, 1, 1};
  EXPECT_EQ(ToWcsp(one).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace acceld::bench
