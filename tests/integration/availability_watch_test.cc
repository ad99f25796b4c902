// Who is told that something of a device was taken or given back.
#include "client/availability_watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/served_machine.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

constexpr std::string_view kCopy =
    R"({"stages": [{"name": "move", "function": "copy"}]})";
constexpr uid_t kNobody = 65534;
constexpr int kPatienceMs = 60'000;

// How many signals came: waits `patience` ms for the first, `more` for others.
int CountNews(client::AvailabilityWatch& watch, int patience = kPatienceMs,
              int more = 0) {
  int count = 0;
  for (;;) {
    const auto news = watch.Next();
    EXPECT_TRUE(news) << news.error().message;
    if (!news) return -1;
    if (news->changed || news->left) {
      ++count;
      patience = more;
    }
    pollfd polled{watch.fd(), POLLIN, 0};
    if (::poll(&polled, 1, patience) <= 0) return count;
  }
}

class AvailabilityWatchTest : public ServedMachine {
 protected:
  void ServeForAll() {
    Serve({}, std::string(kSystemPolicy) + "<include>" +
                  Runfile("configs/dbus/org.acceld1.conf") + "</include>");
  }
  Result<client::AvailabilityWatch> Watch() const {
    auto watch = client::AvailabilityWatch::Open(bus_->address());
    EXPECT_TRUE(!watch || watch->Next());
    return watch;
  }
};

TEST_F(AvailabilityWatchTest, AnothersLease_IsToldWhenItBeginsAndEnds) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  ServeForAll();
  std::array<int, 2> told{};
  ASSERT_EQ(::pipe(told.data()), 0);
  const Background stranger(kNobody, [&](const auto& ready) {
    auto watch = Watch();
    ready();
    for (;;) {
      const char byte = watch && CountNews(*watch) > 0 ? 't' : 'n';
      if (::write(told[1], &byte, 1) != 1 || byte == 'n') return;
    }
  });
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCopy));
  ASSERT_TRUE(lease) << lease.error().message;
  char byte = 0;
  ASSERT_EQ(::read(told[0], &byte, 1), 1);
  EXPECT_EQ(byte, 't');
  ASSERT_TRUE(lease->Release());
  ASSERT_EQ(::read(told[0], &byte, 1), 1);
  EXPECT_EQ(byte, 't');
  for (const int fd : told) ::close(fd);
}

TEST_F(AvailabilityWatchTest, BusyMachine_TellsFiftyTimesASecondAtMost) {
  Serve();
  auto watch = Watch();
  ASSERT_TRUE(watch) << watch.error().message;
  client::Client client = Connect();
  const auto start = std::chrono::steady_clock::now();
  int told = 0;
  for (int i = 0; i < 200; ++i) {
    auto lease = client.Acquire(Json(kCopy));
    ASSERT_TRUE(lease && lease->Release());
    const auto news = watch->Next();
    ASSERT_TRUE(news);
    told += news->changed ? 1 : 0;
  }
  told += CountNews(*watch, 400, 400);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(told, 2);
  EXPECT_LE(told, took / std::chrono::milliseconds(20) + 1);
}

TEST_F(AvailabilityWatchTest, Taint_IsTold) {
  TempDir policy;
  policy.AddFile(
      "10.json",
      R"({"version": 1, "default": "allow", "administrators": {"users": [)" +
          std::to_string(::geteuid()) + "]}}");
  Serve({"--policy=" + policy.path()});
  auto watch = Watch();
  ASSERT_TRUE(watch) << watch.error().message;
  client::Client client = Connect();
  ASSERT_TRUE(client.Taint("accelerator:soft0-copy",
                           Document::Object{{"reason", "it flaps"}}));
  EXPECT_EQ(CountNews(*watch), 1);
  ASSERT_TRUE(client.Untaint("accelerator:soft0-copy"));
  EXPECT_EQ(CountNews(*watch), 1);
}

TEST_F(AvailabilityWatchTest, AcceldThatComesAgain_IsToldAndWatched) {
  Serve();
  auto watch = Watch();
  ASSERT_TRUE(watch) << watch.error().message;
  EXPECT_EQ(daemon_->Stop(), 0);
  const auto gone = [&] {
    const auto news = watch->Next();
    return news && news->left;
  };
  EXPECT_TRUE(Eventually(gone));
  auto again = RunningDaemon::Start(bus_->address());
  ASSERT_TRUE(again) << again.error().message;
  daemon_ = *std::move(again);
  EXPECT_GE(CountNews(*watch), 1);
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kCopy));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_GE(CountNews(*watch), 1);
}

TEST_F(AvailabilityWatchTest, ConnectionsOfAUser_AreBounded) {
  Serve();
  std::vector<client::AvailabilityWatch> watches;
  for (int i = 0; i < 16; ++i) {
    auto watch = Watch();
    ASSERT_TRUE(watch) << watch.error().message;
    watches.push_back(*std::move(watch));
  }
  EXPECT_EQ(Watch().error().code, ErrorCode::kQuotaExceeded);
  watches.pop_back();
  EXPECT_TRUE(Eventually([this] { return Watch().has_value(); }));
}

}  // namespace
}  // namespace acceld::testing
