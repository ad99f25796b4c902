// How the daemon ends: asked to while it works, and when its bus is gone.
#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>
#include <signal.h>

#include <memory>
#include <vector>

#include "api/names.h"
#include "api/wire.h"
#include "tests/integration/served_machine.h"

namespace acceld::testing {
namespace {

class ShutdownTest : public ServedMachine {
 protected:
  void SetUp() override { Serve(); }
};

TEST_F(ShutdownTest, Sigterm_WhileRequestsAreSolved_EndsCleanly) {
  auto connection =
      sdbus::createSessionBusConnectionWithAddress(bus_->address());
  connection->enterEventLoopAsync();
  auto manager = sdbus::createProxy(*connection, api::kBusName, api::kRootPath);
  const api::WireDocument pipeline = api::AsWire(Json(kCompressDigest));
  for (int i = 0; i < 200; ++i) {
    manager->callMethodAsync("Plan")
        .onInterface(api::kManagerInterface)
        .withArguments(pipeline, api::WireDocument())
        .uponReplyInvoke([](const sdbus::Error*, const api::WireDocument&) {});
  }
  EXPECT_EQ(daemon_->Stop(), 0);
  connection->leaveEventLoop();
}

TEST_F(ShutdownTest, Bus_WhenItDies_EndsTheDaemonWithAFailure) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  bus_->Stop();
  EXPECT_EQ(daemon_->Wait(), 1);
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
}

TEST_F(ShutdownTest, Sighup_ReadsThePolicyAgainAndServesOn) {
  ASSERT_EQ(::kill(daemon_->pid(), SIGHUP), 0);
  client::Client client = Connect();
  EXPECT_TRUE(client.Acquire(Json(kCompressDigest)));
}

TEST_F(ShutdownTest, Distance_OfANameThatCutsACharacter_IsAnswered) {
  client::Client client = Connect();
  const auto distance =
      client.Distance(std::string(127, 'a') + "\u00e9", "numa:0");
  ASSERT_FALSE(distance);
  EXPECT_EQ(distance.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::testing
