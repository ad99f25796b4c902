// accel-exporter beside a real acceld, scraped over HTTP and parsed by
// Prometheus's own client. Needs root to become other users; says so where it
// is not.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "tests/integration/exporter/running_exporter.h"
#include "tests/integration/served_machine.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

// Users that a bus knows: daemon and bin.
constexpr uid_t kEast = 1;
constexpr uid_t kWest = 2;

constexpr std::string_view kTenants = R"({
  "version": 1, "default": "allow",
  "namespaces": {
    "east": {"users": [1],
             "devices": [{"attribute": "numa_node", "equals": 0}]},
    "west": {"users": [2],
             "devices": [{"attribute": "numa_node", "equals": 1}]}}})";
constexpr std::string_view kOneGpu =
    R"({"stages": [{"name": "job", "function": "compute/gpu"}]})";
constexpr std::string_view kTooMany =
    R"({"stages": [{"name": "job", "function": "compute/gpu", "count": 60,
                    "sharing": "exclusive"}]})";

constexpr double kScrapeSeconds = 10;  // Prometheus waits no longer

class ExporterTest : public ServedMachine {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become other users";
    policy_.AddFile("10-tenants.json", kTenants);
    // Whoever has acceld started leaves a mark instead, and is told no.
    services_.AddFile("org.acceld1.service",
                      "[D-BUS Service]\nName=org.acceld1\n"
                      "Exec=/bin/sh -c \"touch " +
                          services_.At("started") + "; exit 1\"\n");
    Serve(arguments_, std::string(kSystemPolicy) + "<include>" +
                          Runfile("configs/dbus/org.acceld1.conf") +
                          "</include>" + "<servicedir>" + services_.path() +
                          "</servicedir>");
  }
  [[nodiscard]] bool WasStarted() const {
    return std::filesystem::exists(services_.At("started"));
  }
  void Restart() {
    daemon_.reset();
    auto daemon = RunningDaemon::Start(bus_->address(), arguments_);
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_ = *std::move(daemon);
  }
  // A user that is refused once, and does what `then` says with one lease.
  void BeRefusedAndHold(uid_t user) {
    EXPECT_EQ(RunAs(user,
                    [&] {
                      auto client =
                          client::Client::Connect({.bus = bus_->address()});
                      if (!client) return 1;
                      if (client->Acquire(*ParseJson(kTooMany))) return 2;
                      const auto lease = client->Acquire(*ParseJson(kOneGpu));
                      return lease ? 0 : 3;
                    }),
              0);
    // It ends with its process, or a moment later.
    client::Client root = Connect();
    EXPECT_TRUE(
        Eventually([&] { return root.ListAllLeases()->AsArray()->empty(); }));
  }

  TempDir policy_{"/tmp"};
  TempDir services_{"/tmp"};
  const std::vector<std::string> arguments_{
      "--host=" + Runfile("configs/hosts/nvswitch-8gpu.json"),
      "--stand-in=soft", "--policy=" + policy_.path()};
};

void ExpectSample(const Scrape& scrape, const std::string& name,
                  double expected) {
  const auto value = scrape.Find(name);
  ASSERT_TRUE(value) << name;
  EXPECT_EQ(*value, expected) << name;
}

TEST_F(ExporterTest, Administrator_GetsWhatTheBusSays) {
  auto client = Connect();
  const auto lease = client.Acquire(Json(kOneGpu));
  ASSERT_TRUE(lease) << lease.error().message;
  ASSERT_FALSE(client.Acquire(Json(kTooMany)));
  const RunningExporter exporter(0, bus_->address());
  const Scrape scrape = exporter.Read();
  ASSERT_EQ(scrape.status, 200);
  EXPECT_EQ(scrape.lint, "");
  ExpectSample(scrape, "acceld_up", 1);
  const auto devices = client.ListDevices();
  ASSERT_TRUE(devices) << devices.error().message;
  EXPECT_EQ(scrape.StartingWith("acceld_device_info{").size(),
            devices->AsArray()->size());
  double in_use = 0;
  for (const Document& device : *devices->AsArray()) {
    const std::string label =
        "{device=\"" + *device.Find("Key")->AsString() + "\"}";
    const auto used = *device.Find("InUse")->AsInteger();
    in_use += static_cast<double>(used);
    ExpectSample(scrape, "acceld_device_in_use" + label,
                 static_cast<double>(used));
    const auto capacity = *device.Find("Capacity")->AsInteger();
    const auto shown = scrape.Find("acceld_device_capacity" + label);
    EXPECT_EQ(shown.value_or(-1), static_cast<double>(capacity)) << label;
  }
  EXPECT_GE(in_use, 1);
  ExpectSample(scrape, R"(acceld_leases{namespace="default"})", 1);
  ExpectSample(
      scrape,
      R"(acceld_requests_succeeded_total{method="Acquire",namespace="default"})",
      1);
  ExpectSample(scrape,
               R"(acceld_refusals_total{method="Acquire",)"
               R"(namespace="default",reason="Unsatisfiable"})",
               1);
  ExpectSample(scrape,
               R"(acceld_placement_search_seconds_count{namespace="default"})",
               1);
  ExpectSample(scrape,
               R"(acceld_placement_gap_ratio_bucket{le="+Inf",)"
               R"(namespace="default"})",
               1);
}

TEST_F(ExporterTest, Taint_IsShownWhileItHolds) {
  auto client = Connect();
  const RunningExporter exporter(0, bus_->address());
  const std::string sample =
      R"(acceld_device_tainted{device="accelerator:nvidia2",effect="refuse"})";
  ExpectSample(exporter.Read(), sample, 0);
  ASSERT_TRUE(
      client.Taint("accelerator:nvidia2", Json(R"({"reason": "fan"})")));
  ExpectSample(exporter.Read(), sample, 1);
  ASSERT_TRUE(client.Untaint("accelerator:nvidia2"));
  ExpectSample(exporter.Read(), sample, 0);
}

TEST_F(ExporterTest, Tenants_SeeOnlyTheirOwn) {
  const RunningExporter east(kEast, bus_->address());
  const RunningExporter west(kWest, bus_->address());
  const Scrape before = east.Read();
  BeRefusedAndHold(kWest);
  const Scrape of_east = east.Read();
  const Scrape of_west = west.Read();
  ExpectSample(of_west,
               R"(acceld_refusals_total{method="Acquire",namespace="west",)"
               R"(reason="Unsatisfiable"})",
               1);
  ExpectSample(of_west,
               R"(acceld_leases_ended_total{how="released",namespace="west"})",
               1);
  EXPECT_EQ(of_west.StartingWith("acceld_device_info{").size(),
            of_east.StartingWith("acceld_device_info{").size());
  for (const char* word : {"west", "default", "nvidia4", "nvidia7", "mlx5_4",
                           "0000:87:00.0", "tenants.json"}) {
    EXPECT_EQ(of_east.text.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(of_west.text.find("nvidia0"), std::string::npos);
  EXPECT_EQ(of_west.text.find("east"), std::string::npos);
  // Nothing of the daemon's moved, whatever the other did.
  for (const auto& [name, value] : before.StartingWith("acceld_")) {
    if (name.starts_with("acceld_exporter_")) continue;
    ExpectSample(of_east, name, value);
  }
}

TEST_F(ExporterTest, DaemonAway_IsDownWithNothingOfBefore) {
  const RunningExporter exporter(0, bus_->address());
  BeRefusedAndHold(kEast);
  ExpectSample(
      exporter.Read(),
      R"(acceld_requests_succeeded_total{method="Acquire",namespace="east"})",
      1);
  daemon_->Stop();
  const Scrape away = exporter.Read();
  EXPECT_EQ(away.status, 200);
  ExpectSample(away, "acceld_up", 0);
  for (const auto& [name, value] : away.StartingWith("acceld_")) {
    EXPECT_TRUE(name == "acceld_up" || name.starts_with("acceld_exporter_"))
        << name;
  }
  Restart();
  const Scrape back = exporter.Read();
  ExpectSample(back, "acceld_up", 1);
  for (const auto& [name, value] :
       back.StartingWith("acceld_requests_succeeded_total{")) {
    EXPECT_EQ(value, 0) << name;
  }
}

TEST_F(ExporterTest, DaemonThatWasStopped_IsNotStarted) {
  const RunningExporter exporter(0, bus_->address());
  daemon_->Stop();
  ExpectSample(exporter.Read(), "acceld_up", 0);
  EXPECT_FALSE(WasStarted());
  // Others have it started: the bus could do it.
  EXPECT_FALSE(client::Client::Connect({.bus = bus_->address()}));
  EXPECT_TRUE(WasStarted());
}

TEST_F(ExporterTest, DaemonThatHangs_IsDownBeforeTheScrapeIsOver) {
  const RunningExporter exporter(0, bus_->address());
  ExpectSample(exporter.Read(), "acceld_up", 1);
  ASSERT_EQ(::kill(daemon_->pid(), SIGSTOP), 0);
  const Scrape scrape = exporter.Read();
  ASSERT_EQ(::kill(daemon_->pid(), SIGCONT), 0);
  EXPECT_EQ(scrape.status, 200);
  ExpectSample(scrape, "acceld_up", 0);
  EXPECT_LT(scrape.seconds, kScrapeSeconds);
}

TEST_F(ExporterTest, Password_IsAskedForBeforeAnythingIsTold) {
  policy_.AddFile("scrape", "scraper:secret\n", 0600);
  const RunningExporter exporter(0, bus_->address(),
                                 {"--password-file=" + policy_.At("scrape")});
  EXPECT_EQ(exporter.Read().status, 401);
  EXPECT_EQ(exporter.Read("/metrics", "scraper:wrong").status, 401);
  EXPECT_EQ(exporter.Read("/metrics", "scraper:secret").status, 200);
}

// More than there are threads.
TEST_F(ExporterTest, ConnectionsThatSayNothing_LetAScrapeThroughInTime) {
  const RunningExporter exporter(0, bus_->address());
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(exporter.port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<UniqueFd> silent;
  for (int i = 0; i < 24; ++i) {
    const UniqueFd& fd =
        silent.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                        sizeof address),
              0);
  }
  const Scrape scrape = exporter.Read();
  EXPECT_EQ(scrape.status, 200);
  EXPECT_LT(scrape.seconds, kScrapeSeconds);
}

TEST_F(ExporterTest, OtherPaths_LeadNowhere) {
  const RunningExporter exporter(0, bus_->address());
  for (const char* path :
       {"/", "/etc/passwd", "/../../etc/passwd", "/metrics/../etc/passwd"}) {
    const Scrape scrape = exporter.Read(path);
    EXPECT_EQ(scrape.text.find("root:"), std::string::npos) << path;
    EXPECT_EQ(scrape.status, 404) << path;
  }
}

}  // namespace
}  // namespace acceld::testing
