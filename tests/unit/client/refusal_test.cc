// What a program is told where nothing fits: the error, and why as data.
#include "client/refusal.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "client/client.h"
#include "tests/support/fake_acceld.h"
#include "tests/unit/client/served_client.h"

namespace acceld::client {
namespace {

using Object = Document::Object;

class RefusedClient : public ServedClient {};

const char* const kRefusal =
    R"({"outcome":"busy","reasons":["all are held","ask later"]})";

TEST_F(RefusedClient, Plan_Refusal_IsTheErrorOfAcquireWithItsReasons) {
  Serve({.place = [](const Document&) { return *ParseJson(kRefusal); }});
  auto client = Connect();
  ASSERT_TRUE(client);
  Document refusal;
  const auto plan = client->Plan(Object{{"stages", 1}}, &refusal);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kBusy);
  EXPECT_EQ(plan.error().message,
            "no placement meets the request\nall are held\nask later");
  EXPECT_EQ(PrintJson(refusal), kRefusal);
  EXPECT_EQ(client->Plan(Object{{"stages", 1}}).error().code, ErrorCode::kBusy);
}

TEST_F(RefusedClient, Acquire_Refusal_IsTakenOutOfTheMessage) {
  Serve({.place = [](const Document&) -> Document {
    throw sdbus::Error("org.acceld1.Error.Busy",
                       std::string("all are held\n") + kRefusal);
  }});
  auto client = Connect();
  ASSERT_TRUE(client);
  Document refusal;
  const auto lease = client->Acquire(Object{{"stages", 1}}, &refusal);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().message, "all are held");
  EXPECT_EQ(PrintJson(refusal), kRefusal);
}

// Only what says that it is a refusal, and of this error, is taken for one.
TEST(RefusalTest, OtherError_KeepsItsMessageWhole) {
  for (const char* end : {R"({"outcome":"placed"})", "{}", "{", "[1]", "",
                          R"({"outcome":"timeout"})"}) {
    const Error error{ErrorCode::kBusy, std::string("why\n") + end, 0};
    Document refusal;
    EXPECT_EQ(TakeRefusal(error, &refusal).message, error.message) << end;
    EXPECT_TRUE(refusal.is_null()) << end;
  }
}

}  // namespace
}  // namespace acceld::client
