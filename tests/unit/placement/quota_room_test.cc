#include "placement/quota_room.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "base/units.h"
#include "placement/request.h"

namespace acceld::placement {
namespace {

PipelineLink LinkWith(Bytes size) {
  PipelineLink link;
  link.buffer.emplace();
  link.buffer->size = size;
  return link;
}

TEST(BuffersOf, SizesOfBuffers_AddUp) {
  Request request;
  request.links = {LinkWith(Bytes(3)), {}, LinkWith(Bytes(4))};
  EXPECT_EQ(BuffersOf(request), Bytes(7));
}

// Whoever asks says how large: a sum that wraps would pass every quota.
TEST(BuffersOf, MoreThanANumberHolds_IsTheMost) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  Request request;
  request.links = {LinkWith(Bytes(kMost - 1)), LinkWith(Bytes(kMost - 1)),
                   LinkWith(Bytes(4))};
  EXPECT_EQ(BuffersOf(request), Bytes(kMost));
}

}  // namespace
}  // namespace acceld::placement
