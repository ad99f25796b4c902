#include "policy/user_database.h"

#include <gtest/gtest.h>

namespace acceld::policy {
namespace {

// Every system has root, by number 0 (and group 0); no other entry is certain.
TEST(SystemUserDatabase, Root_IsUserZero) {
  const auto user = SystemUserDatabase().FindUser("root");
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(*user, uid_t{0});
}

TEST(SystemUserDatabase, NameThatNobodyHas_IsAbsentNotAFault) {
  const SystemUserDatabase users;
  const auto user = users.FindUser("no such user, with spaces");
  ASSERT_TRUE(user.has_value());
  EXPECT_FALSE(user->has_value());
  const auto group = users.FindGroup("no such group, with spaces");
  ASSERT_TRUE(group.has_value());
  EXPECT_FALSE(group->has_value());
}

}  // namespace
}  // namespace acceld::policy
