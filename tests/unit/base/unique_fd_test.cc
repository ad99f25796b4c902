#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace acceld {
namespace {

bool IsOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

UniqueFd Opened() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), 0), 0);  // without close-on-exec, on purpose
  (void)::close(ends[1]);
  return UniqueFd(ends[0]);
}

TEST(UniqueFd, EndOfScope_Closes) {
  int number = -1;
  {
    const UniqueFd fd = Opened();
    number = fd.get();
    EXPECT_TRUE(IsOpen(number));
  }
  EXPECT_FALSE(IsOpen(number));
}

TEST(UniqueFd, Default_OwnsNothing) {
  const UniqueFd fd;
  EXPECT_FALSE(fd.valid());
  EXPECT_EQ(fd.get(), -1);
}

TEST(UniqueFd, Move_HandsOverAndClosesTheOld) {
  UniqueFd first = Opened();
  UniqueFd second = Opened();
  const int kept = second.get();
  const int closed = first.get();
  first = std::move(second);
  EXPECT_FALSE(IsOpen(closed));
  EXPECT_EQ(first.get(), kept);
  EXPECT_TRUE(IsOpen(kept));
  EXPECT_FALSE(second.valid());  // NOLINT: what a moved-from one is
}

TEST(UniqueFd, MoveToItself_KeepsIt) {
  UniqueFd fd = Opened();
  UniqueFd& alias = fd;
  fd = std::move(alias);
  EXPECT_TRUE(IsOpen(fd.get()));
}

TEST(UniqueFd, Release_LeavesItOpen) {
  UniqueFd fd = Opened();
  const UniqueFd again(fd.Release());
  EXPECT_FALSE(fd.valid());
  EXPECT_TRUE(IsOpen(again.get()));
}

TEST(UniqueFd, Duplicate_IsCloseOnExecAndIndependent) {
  UniqueFd fd = Opened();
  const auto copy = fd.Duplicate();
  ASSERT_TRUE(copy.has_value());
  EXPECT_NE(copy->get(), fd.get());
  EXPECT_GE(copy->get(), 3);
  EXPECT_NE(::fcntl(copy->get(), F_GETFD) & FD_CLOEXEC, 0);
  fd.Reset();
  EXPECT_TRUE(IsOpen(copy->get()));
}

TEST(UniqueFd, DuplicateOfNothing_IsAFault) {
  const auto copy = UniqueFd().Duplicate();
  ASSERT_FALSE(copy.has_value());
  EXPECT_EQ(copy.error().code, ErrorCode::kIo);
  EXPECT_FALSE(DuplicateFd(-1).has_value());
}

}  // namespace
}  // namespace acceld
