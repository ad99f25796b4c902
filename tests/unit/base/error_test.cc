#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"

namespace acceld {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Fail(ErrorCode::kInvalidArgument, "odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  ACCELD_TRY(const int half, Half(number));
  return Half(half);
}

Status CheckEven(int number) {
  ACCELD_TRY_VOID(Half(number).map([](int) {}));
  return {};
}

TEST(Error, Names_AreDistinctLowerCaseWords) {
  std::set<std::string_view> names;
  const int last = static_cast<int>(ErrorCode::kInternal);
  for (int code = 0; code <= last; ++code) {
    const auto name = ErrorCodeName(static_cast<ErrorCode>(code));
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"),
              std::string_view::npos)
        << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
}

TEST(Error, SystemErrors_MapToTheirMeaning) {
  const std::pair<int, ErrorCode> expected[] = {
      {ENOENT, ErrorCode::kNotFound},
      {ENODEV, ErrorCode::kNotFound},
      {ENXIO, ErrorCode::kNotFound},
      {EACCES, ErrorCode::kPermissionDenied},
      {EPERM, ErrorCode::kPermissionDenied},
      {ENOMEM, ErrorCode::kNoMemory},
      {EMFILE, ErrorCode::kNoMemory},
      {ENFILE, ErrorCode::kNoMemory},
      {EBUSY, ErrorCode::kBusy},
      {EIO, ErrorCode::kIo},
      {12345, ErrorCode::kIo}};
  for (const auto& [number, code] : expected) {
    const Error error = ErrnoError("open", number);
    EXPECT_EQ(error.code, code) << number;
    EXPECT_EQ(error.sys_errno, number);
    EXPECT_TRUE(error.message.starts_with("open: "));
  }
}

TEST(Error, In_PutsThePlaceInFront) {
  EXPECT_EQ(
      ErrnoError("read", EIO).In("/sys/a").message.rfind("/sys/a: read", 0),
      0U);
}

TEST(Result, Try_ForwardsTheFirstFault) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(3).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Quarter(6).error().code, ErrorCode::kInvalidArgument);
}

TEST(Result, TryVoid_ForwardsTheFault) {
  EXPECT_TRUE(CheckEven(2).has_value());
  EXPECT_EQ(CheckEven(3).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld
