// Hot-plug, end to end: the kernel's own uevents, a real daemon over a tree
// that changes, clients that are told.
#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/names.h"
#include "probes/change_gatherer.h"
#include "tests/integration/plugged_machine.h"

namespace acceld::testing {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kPack =
    R"({"stages": [{"name": "pack", "function": "compress/zlib"}]})";

// The generations that the daemon has announced.
class Announced {
 public:
  explicit Announced(const std::string& bus)
      : connection_(sdbus::createSessionBusConnectionWithAddress(bus)),
        manager_(
            sdbus::createProxy(*connection_, api::kBusName, api::kRootPath)) {
    manager_->uponSignal("TopologyChanged")
        .onInterface(api::kManagerInterface)
        .call([this](const std::uint64_t& generation) {
          last_ = generation;
          ++count_;
        });
    manager_->finishRegistration();
    connection_->enterEventLoopAsync();
  }
  ~Announced() { connection_->leaveEventLoop(); }
  Announced(const Announced&) = delete;
  Announced& operator=(const Announced&) = delete;

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }

 private:
  std::atomic<int> count_ = 0;
  std::atomic<std::uint64_t> last_ = 0;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IProxy> manager_;
};

class HotplugTest : public PluggedMachine {
 protected:
  void SetUp() override {
    PluggedMachine::SetUp();
    if (!IsSkipped()) announced_.emplace(bus_->address());
  }

  [[nodiscard]] static std::uint64_t Generation(client::Client& client) {
    const auto value = client.Property("Generation");
    EXPECT_TRUE(value) << value.error().message;
    const std::int64_t* number = value ? value->AsInteger() : nullptr;
    return number == nullptr ? 0 : static_cast<std::uint64_t>(*number);
  }

  std::optional<Announced> announced_;
};

TEST_F(HotplugTest, Device_ThatAppears_IsAnnouncedAndDescribed) {
  client::Client client = Connect();
  ASSERT_FALSE(Shows(client, "accelerator:hisi_zip-1"));
  PlugIn("0000:b5:00.0", "hisi_zip-1", "508:1");
  Announce("add", "0000:b5:00.0", "hisi_zip-1");
  ASSERT_TRUE(Eventually([&] { return announced_->count() > 0; }));
  EXPECT_TRUE(Shows(client, "accelerator:hisi_zip-1"));
  EXPECT_EQ(Generation(client), announced_->last());
}

TEST_F(HotplugTest, Device_ThatVanishes_TakesItsLeaseAlong) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kPack));
  ASSERT_TRUE(lease) << lease.error().message;
  PullOut("0000:75:00.0", "hisi_zip-0");
  Announce("remove", "0000:75:00.0", "hisi_zip-0");
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_NE(news->reason.find("hisi_zip-0"), std::string::npos);
  EXPECT_TRUE(Eventually([&] { return announced_->count() > 0; }));
  EXPECT_FALSE(Shows(client, "accelerator:hisi_zip-0"));
  EXPECT_EQ(CountLeases(client), 0U);
}

TEST_F(HotplugTest, Device_ThatIsAnotherNow_TakesTheOldOnesLeaseAlong) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kPack));
  ASSERT_TRUE(lease) << lease.error().message;
  // Nobody says "remove": those events were lost.
  tree_.AddFile(pci_.PathOf("0000:75:00.0") + "/uacce/hisi_zip-0/dev",
                "508:9\n");
  Announce("add", "0000:75:00.0", "hisi_zip-0");
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_TRUE(Shows(client, "accelerator:hisi_zip-0"));
}

TEST_F(HotplugTest, Device_ThatWasAwayForAMoment_TakesItsLeaseAlong) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kPack));
  ASSERT_TRUE(lease) << lease.error().message;
  Announce("remove", "0000:75:00.0", "hisi_zip-0");
  Announce("add", "0000:75:00.0", "hisi_zip-0");
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_TRUE(client.Acquire(Json(kPack)));
}

TEST_F(HotplugTest, Device_ThatReturnedUnseen_TakesItsLeaseAlong) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(kPack));
  ASSERT_TRUE(lease) << lease.error().message;
  // Its directory is another, with the same content; no event says so.
  const std::string path =
      tree_.directory() + "/" + pci_.PathOf("0000:75:00.0");
  const std::string old = tree_.directory() + "/old";
  std::filesystem::rename(path, old);
  std::filesystem::copy(old, path,
                        std::filesystem::copy_options::recursive |
                            std::filesystem::copy_options::copy_symlinks);
  ASSERT_TRUE(client.Rescan());
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_TRUE(client.Acquire(Json(kPack)));
}

TEST_F(HotplugTest, Device_ThatIsSaidToBeBroken_IsNotPlacedUntilItRecovers) {
  client::Client client = Connect();
  const probes::Uevent event{"change", "/devices/pci0000:75/0000:75:00.0",
                             "pci"};
  ASSERT_TRUE(sender_->Send(
      event,
      std::string("ERROR_EVENT=FAILED_RECOVERY\0DEVICE_ONLINE=0\0", 44)));
  ASSERT_TRUE(Eventually([&] { return announced_->count() > 0; }));
  EXPECT_FALSE(client.Acquire(Json(kPack)));
  ASSERT_TRUE(sender_->Send(
      event,
      std::string("ERROR_EVENT=SUCCESSFUL_RECOVERY\0DEVICE_ONLINE=1\0", 48)));
  ASSERT_TRUE(Eventually([&] { return announced_->count() > 1; }));
  EXPECT_TRUE(client.Acquire(Json(kPack)));
}

TEST_F(HotplugTest, HostileEvents_ChangeNothing) {
  client::Client client = Connect();
  const std::uint64_t generation = Generation(client);
  const std::string nul(1, '\0');
  for (const std::string& bytes : std::vector<std::string>{
           "", nul, "add", "add@", "@" + nul, std::string(3000, 'A'),
           "libudev" + nul + std::string(40, '\xff'),
           "add@/devices/x" + nul + "ACTION=add" + nul + "DEVPATH=../../etc" +
               nul + "SUBSYSTEM=pci" + nul,
           "remove@/devices/x" + nul + "ACTION=remove" + nul +
               "DEVPATH=/devices/0000:75:00.0/../\n\xff" + nul +
               "SUBSYSTEM=" + nul,
           "add@/devices/x" + nul + "DEVPATH=/devices/x" + nul}) {
    (void)sender_->SendRaw(bytes);  // the kernel refuses some
  }
  PlugIn("0000:b5:00.0", "hisi_zip-1", "508:1");
  Announce("add", "0000:b5:00.0", "hisi_zip-1");
  ASSERT_TRUE(Eventually([&] { return announced_->count() > 0; }));
  EXPECT_TRUE(Shows(client, "accelerator:hisi_zip-0"));
  EXPECT_EQ(Generation(client), generation + 1);
}

TEST_F(HotplugTest,
       Storm_OfTenThousandEvents_MakesFewSnapshotsAndBlocksNobody) {
  client::Client client = Connect();
  const auto start = steady_clock::now();
  std::atomic<bool> stormy = true;
  std::atomic<int> calls = 0;
  // Two events a round; it goes on until the client was served in it, which is
  // a matter of how the machine shares its processors, too.
  const auto goes_on = [&](int rounds) {
    return rounds < 2'500 ||
           (calls <= 10 &&
            steady_clock::now() < start + std::chrono::minutes(1));
  };
  std::thread storm([&] {
    for (int i = 0; goes_on(i); ++i) {
      Announce("remove", "0000:75:00.0", "hisi_zip-0");
      Announce("add", "0000:75:00.0", "hisi_zip-0");
    }
    stormy = false;
  });
  auto slowest = steady_clock::duration::zero();
  while (stormy) {
    const auto asked = steady_clock::now();
    ASSERT_NE(Generation(client), 0U);
    slowest = std::max(slowest, steady_clock::now() - asked);
    ++calls;
  }
  storm.join();
  ASSERT_TRUE(Eventually([&] { return announced_->count() > 0; }));
  // Something new ends the waiting: all before it was taken.
  PlugIn("0000:b5:00.0", "hisi_zip-1", "508:1");
  Announce("add", "0000:b5:00.0", "hisi_zip-1");
  ASSERT_TRUE(
      Eventually([&] { return Shows(client, "accelerator:hisi_zip-1"); }));
  const auto seconds =
      std::chrono::duration<double>(steady_clock::now() - start);
  // Where the machine lets the storm pause for kQuiet, it is taken for over.
  const std::chrono::duration<double> quiet = probes::ChangeGatherer::kQuiet;
  EXPECT_LE(announced_->count(), static_cast<int>(seconds / quiet) + 3);
  EXPECT_LT(announced_->count(), 2'500);
  // It was served meanwhile, not when the storm was over.
  EXPECT_GT(calls.load(), 10);
  RecordProperty("snapshots", announced_->count());
  RecordProperty("calls", calls.load());
  std::printf("storm: %.2f s, %d snapshots, %d calls, slowest %.1f ms\n",
              seconds.count(), announced_->count(), calls.load(),
              std::chrono::duration<double, std::milli>(slowest).count());
}

}  // namespace
}  // namespace acceld::testing
