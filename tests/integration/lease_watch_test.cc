// Who is told that leases begin and end, and what of them.
#include "client/lease_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "tests/integration/served_machine.h"
#include "tests/support/fake_polkit.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

constexpr std::string_view kCopy =
    R"({"stages": [{"name": "move", "function": "copy"}]})";
constexpr uid_t kNobody = 65534;
// For a polkit of the test's own.
constexpr std::string_view kPolkitPolicy = R"(
  <policy user="root"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <policy context="default">
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>)";
constexpr int kPatienceMs = 60'000;

// Whether something is told within `patience` ms.
bool IsTold(client::LeaseWatch& watch, int patience = kPatienceMs) {
  for (;;) {
    const auto changed = watch.Next();
    EXPECT_TRUE(changed) << changed.error().message;
    if (!changed || *changed) return changed.has_value();
    pollfd polled{watch.fd(), POLLIN, 0};
    if (::poll(&polled, 1, patience) <= 0) return false;
  }
}

class LeaseWatchTest : public ServedMachine {
 protected:
  void ServeForAll() {
    const std::string policy = std::string(kSystemPolicy) + "<include>" +
                               Runfile("configs/dbus/org.acceld1.conf") +
                               "</include>" + std::string(kPolkitPolicy);
    Serve({"--runtime-directory=" + directory_.path()}, policy);
  }
  Result<client::LeaseWatch> Watch(bool all = false) const {
    return client::LeaseWatch::Open(bus_->address(), all);
  }

  TempDir directory_{"/tmp"};
};

TEST_F(LeaseWatchTest, OwnLeases_AreToldWhenTheyBeginAndEnd) {
  Serve();
  auto watch = Watch();
  ASSERT_TRUE(watch) << watch.error().message;
  EXPECT_TRUE(IsTold(*watch)) << "that nothing was looked at yet";
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCopy));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_TRUE(IsTold(*watch));
  ASSERT_TRUE(lease->Release());
  EXPECT_TRUE(IsTold(*watch));
  EXPECT_FALSE(IsTold(*watch, 0));
}

// The answer of Release is sent when the lease, and with it its object on the
// bus, has ended; what is told to others comes in between.
TEST_F(LeaseWatchTest, Release_OfAWatchedLease_IsAnswered) {
  Serve();
  auto watch = Watch();
  ASSERT_TRUE(watch) << watch.error().message;
  client::Client client = Connect();
  for (int i = 0; i < 50; ++i) {
    auto lease = client.Acquire(Json(kCopy));
    ASSERT_TRUE(lease) << lease.error().message;
    const Status released = lease->Release();
    ASSERT_TRUE(released) << i << ": " << released.error().message;
    EXPECT_TRUE(IsTold(*watch));
  }
}

TEST_F(LeaseWatchTest, AnothersLeases_AreToldToNobodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  ServeForAll();
  std::array<int, 2> go{};
  std::array<int, 2> result{};
  ASSERT_TRUE(::pipe(go.data()) == 0 && ::pipe(result.data()) == 0);
  const Background stranger(kNobody, [&](const auto& ready) {
    auto watch = Watch();
    const bool watches = watch && IsTold(*watch);
    ready();
    char byte = 0;
    const bool went_on = ::read(go[0], &byte, 1) == 1;
    byte = watches && went_on && !IsTold(*watch, 0) ? 'n' : 't';
    auto client = client::Client::Connect({.bus = bus_->address()});
    const auto own = client ? client->Acquire(Json(kCopy))
                            : Result<client::Lease>(Fail(client.error()));
    if (!own || !watches || !IsTold(*watch)) byte = 'o';
    (void)!::write(result[1], &byte, 1);
  });
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCopy));
  ASSERT_TRUE(lease && lease->Release());
  ASSERT_EQ(::write(go[1], "x", 1), 1);
  char byte = 0;
  ASSERT_EQ(::read(result[0], &byte, 1), 1);
  // 't': it was told of root's lease; 'o': it was not told of its own.
  EXPECT_EQ(byte, 'n');
  for (const int fd : {go[0], go[1], result[0], result[1]}) ::close(fd);
}

TEST_F(LeaseWatchTest, AllLeases_AreForWhomPolkitLets) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  ServeForAll();
  const auto watch_all = [&] {
    auto watch = Watch(true);
    return watch ? 0 : static_cast<int>(watch.error().code) + 1;
  };
  EXPECT_EQ(RunAs(kNobody, watch_all),
            static_cast<int>(ErrorCode::kPermissionDenied) + 1);
  {
    FakePolkit polkit(bus_->address(), FakePolkit::Behaviour::kGrants);
    EXPECT_EQ(RunAs(kNobody, watch_all), 0);
    ASSERT_EQ(polkit.asked().size(), 1U);
    EXPECT_EQ(polkit.asked()[0].action, "org.acceld1.see-all-leases");
  }
}

TEST_F(LeaseWatchTest, AcceldThatComesAgain_IsToldAndWatched) {
  Serve();
  auto watch = Watch();
  ASSERT_TRUE(watch) << watch.error().message;
  EXPECT_TRUE(IsTold(*watch));
  EXPECT_TRUE(watch->is_served());
  EXPECT_EQ(daemon_->Stop(), 0);
  EXPECT_TRUE(IsTold(*watch));
  EXPECT_FALSE(watch->is_served());
  auto again = RunningDaemon::Start(bus_->address());
  ASSERT_TRUE(again) << again.error().message;
  daemon_ = *std::move(again);
  EXPECT_TRUE(IsTold(*watch));
  EXPECT_TRUE(watch->is_served());
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCopy));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_TRUE(IsTold(*watch));
}

TEST_F(LeaseWatchTest, ListedLease_SaysWhatAContainerMustBeGiven) {
  Serve({"--runtime-directory=" + directory_.path()});
  client::Client client = Connect();
  const auto plain = client.Acquire(Json(kCopy));
  const auto for_container = client.Acquire(
      Json(kCopy), nullptr, {.label = {}, .linger = {}, .by_socket = true});
  ASSERT_TRUE(plain && for_container);
  EXPECT_TRUE(plain->socket().empty());
  EXPECT_TRUE(for_container->grants().empty());
  const auto leases = client.ListLeases();
  ASSERT_TRUE(leases) << leases.error().message;
  std::size_t with_socket = 0;
  for (const Document& lease : *leases->AsArray()) {
    const Document* socket = lease.Find("socket");
    if (socket == nullptr) continue;
    ++with_socket;
    EXPECT_EQ(*socket, Document(for_container->socket()));
    ASSERT_EQ(lease.Find("hardware")->AsArray()->size(), 1U);
    EXPECT_EQ(*lease.Find("hardware")->AsArray()->front().Find("device"),
              Document("accelerator:soft0-copy"));
  }
  EXPECT_EQ(with_socket, 1U);
}

TEST_F(LeaseWatchTest, WithoutARuntimeDirectory_SocketsAreUnsupported) {
  Serve();
  client::Client client = Connect();
  const auto lease = client.Acquire(
      Json(kCopy), nullptr, {.label = {}, .linger = {}, .by_socket = true});
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace acceld::testing
