// The monitor with the kernel at the other end: what it takes, and what not.
#include "probes/uevent_monitor.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "tests/support/uevent_sender.h"

namespace acceld::probes {
namespace {

using acceld::testing::UeventSender;
using std::chrono::steady_clock;

constexpr std::string_view kLast = "/devices/virtual/tty/acceld-last";

class UeventMonitorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto sender = UeventSender::Open();
    if (!sender) {
      GTEST_SKIP() << "NO UEVENT IS TESTED: " << sender.error().message;
    }
    sender_.emplace(*std::move(sender));
    auto monitor = UeventMonitor::Open();
    ASSERT_TRUE(monitor) << monitor.error().message;
    monitor_.emplace(*std::move(monitor));
  }

  // Sends a last event and takes everything up to it.
  void Drain() {
    ASSERT_TRUE(sender_->Send({"change", std::string(kLast), "tty"}));
    const auto until = steady_clock::now() + std::chrono::seconds(60);
    while (steady_clock::now() < until) {
      pollfd readable{monitor_->fd(), POLLIN, 0};
      if (::poll(&readable, 1, 100) <= 0) continue;
      UeventMonitor::Batch batch = monitor_->Receive();
      EXPECT_LE(batch.events.size(), UeventMonitor::kMostAtOnce);
      lost_ = lost_ || batch.lost;
      for (Uevent& event : batch.events) {
        if (event.devpath == kLast) return;
        if (event.devpath.find("acceld-test") != std::string::npos) {
          seen_.push_back(std::move(event));
        }
      }
    }
    FAIL() << "the last event did not come";
  }

  std::optional<UeventSender> sender_;
  std::optional<UeventMonitor> monitor_;
  std::vector<Uevent> seen_;  // of this test
  bool lost_ = false;
};

TEST_F(UeventMonitorTest, Event_ComesWithItsActionPathAndSubsystem) {
  ASSERT_TRUE(
      sender_->Send({"change", "/devices/virtual/drm/acceld-test", "drm"},
                    std::string("WEDGED=rebind\0DEVICE_ONLINE=0\0", 30)));
  Drain();
  ASSERT_EQ(seen_.size(), 1U);
  EXPECT_EQ(seen_[0].action, "change");
  EXPECT_EQ(seen_[0].devpath, "/devices/virtual/drm/acceld-test");
  EXPECT_EQ(seen_[0].subsystem, "drm");
  EXPECT_EQ(seen_[0].wedged, "rebind");
  EXPECT_EQ(seen_[0].error_event, "");
  EXPECT_EQ(seen_[0].device_online, "0");
  EXPECT_FALSE(lost_);
}

TEST_F(UeventMonitorTest, Message_OfAProcess_IsNotBelieved) {
  const UniqueFd socket(
      ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl group{};
  group.nl_family = AF_NETLINK;
  group.nl_groups = 1;
  constexpr std::string_view kText(
      "remove@/devices/virtual/drm/acceld-test\0ACTION=remove\0"
      "DEVPATH=/devices/virtual/drm/acceld-test\0SUBSYSTEM=drm\0SEQNUM=1\0",
      118);
  (void)::sendto(socket.get(), kText.data(), kText.size(), 0,
                 reinterpret_cast<const sockaddr*>(&group), sizeof group);
  Drain();
  EXPECT_TRUE(seen_.empty());
}

TEST_F(UeventMonitorTest, MoreEventsThanTheBufferHolds_AreSaidToBeLost) {
  for (int i = 0; i < 60'000; ++i) {
    ASSERT_TRUE(
        sender_->Send({"change", "/devices/virtual/drm/acceld-test", "drm"}));
  }
  // Makes room first: a full buffer would drop the last event as well.
  for (bool waits = true; waits;) {
    const UeventMonitor::Batch batch = monitor_->Receive();
    lost_ = lost_ || batch.lost;
    waits = batch.lost || !batch.events.empty();
  }
  EXPECT_TRUE(lost_);
  Drain();
}

}  // namespace
}  // namespace acceld::probes
