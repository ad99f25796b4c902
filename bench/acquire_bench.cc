// How much more an Acquire costs than the D-Bus call that carries it.
//
// One private bus, one real acceld on it and one bare service whose only
// method returns 4 descriptors. The two calls take turns, so that whatever
// else the machine does hits both alike; only the ratio of the medians is
// worth reading (DESIGN 12: <= 2.0, p99 <= 4).
#include <fcntl.h>
#include <sdbus-c++/sdbus-c++.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "api/names.h"
#include "api/session.h"
#include "api/wire.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/private_bus.h"

namespace acceld {
namespace {

using Microseconds = double;

constexpr const char* kFloorName = "org.acceld1.bench.Floor";
constexpr const char* kFloorPath = "/floor";
constexpr int kWarmUp = 200;
constexpr int kRounds = 4000;

constexpr std::string_view kFourStages = R"({
  "stages": [{"name": "move", "function": "copy"},
             {"name": "pack", "function": "compress/deflate"},
             {"name": "sum", "function": "digest/sha256"},
             {"name": "check", "function": "checksum/crc32c"}],
  "links": [{"from": "host", "to": "move"}, {"from": "move", "to": "pack"},
            {"from": "pack", "to": "sum"}, {"from": "sum", "to": "check"},
            {"from": "check", "to": "host", "traffic": "1MB/s"}]})";

// The bare service: its method opens nothing and decides nothing.
class Floor {
 public:
  explicit Floor(const std::string& address)
      : connection_(sdbus::createSessionBusConnectionWithAddress(address)) {
    connection_->requestName(kFloorName);
    object_ = sdbus::createObject(*connection_, kFloorPath);
    object_->registerMethod("GetFds").onInterface(kFloorName).implementedAs([] {
      std::vector<sdbus::UnixFd> fds;
      for (int i = 0; i < 4; ++i) {
        fds.emplace_back(::open("/dev/null", O_RDWR | O_CLOEXEC),
                         sdbus::adopt_fd);
      }
      return fds;
    });
    object_->finishRegistration();
    connection_->enterEventLoopAsync();
  }

 private:
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> object_;
};

Microseconds TimeOf(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now() - start)
      .count();
}

class Caller {
 public:
  explicit Caller(const std::string& address)
      : connection_(sdbus::createSessionBusConnectionWithAddress(address)),
        floor_(sdbus::createProxy(*connection_, kFloorName, kFloorPath)),
        manager_(
            sdbus::createProxy(*connection_, api::kBusName, api::kRootPath)),
        pipeline_(api::AsWire(*ParseJson(kFourStages))) {}

  Microseconds CallFloor() {
    std::vector<sdbus::UnixFd> fds;
    return TimeOf([&] {
      floor_->callMethod("GetFds").onInterface(kFloorName).storeResultsTo(fds);
    });
  }

  // The call and the receipt of its 4 descriptors; not the release.
  Microseconds CallAcquire() {
    sdbus::ObjectPath lease;
    Microseconds time = 0;
    time = TimeOf([&] {
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        std::abort();
      }
      mine_ = UniqueFd(ends[0]);
      api::WireDocument placement;
      manager_->callMethod("Acquire")
          .onInterface(api::kManagerInterface)
          .withArguments(pipeline_, sdbus::UnixFd(ends[1], sdbus::adopt_fd),
                         api::WireDocument())
          .storeResultsTo(lease, placement);
      const auto message = api::ReceiveSessionMessage(mine_.get());
      if (!message || message->grants.size() != 4) std::abort();
    });
    auto object = sdbus::createProxy(*connection_, api::kBusName, lease);
    object->callMethod("Release").onInterface(api::kLeaseInterface);
    return time;
  }

 private:
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IProxy> floor_;
  std::unique_ptr<sdbus::IProxy> manager_;
  api::WireDocument pipeline_;
  UniqueFd mine_;
};

struct Summary {
  Microseconds median;
  Microseconds p99;
};

Summary Summarise(std::vector<Microseconds>& times) {
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

int Run() {
  auto bus = testing::PrivateBus::Start();
  if (!bus) {
    (void)std::fprintf(stderr, "%s\n", bus.error().message.c_str());
    return 1;
  }
  auto daemon = testing::RunningDaemon::Start((*bus)->address());
  if (!daemon) {
    (void)std::fprintf(stderr, "%s\n", daemon.error().message.c_str());
    return 1;
  }
  const Floor floor((*bus)->address());
  Caller caller((*bus)->address());
  std::vector<Microseconds> floors;
  std::vector<Microseconds> acquires;
  for (int i = 0; i < kWarmUp + kRounds; ++i) {
    const Microseconds bare = caller.CallFloor();
    const Microseconds acquire = caller.CallAcquire();
    if (i < kWarmUp) continue;
    floors.push_back(bare);
    acquires.push_back(acquire);
  }
  const Summary bare = Summarise(floors);
  const Summary acquire = Summarise(acquires);
  std::printf("%-34s %9s %9s\n", "", "median", "p99");
  std::printf("%-34s %6.1f us %6.1f us\n", "bare call, 4 descriptors back",
              bare.median, bare.p99);
  std::printf("%-34s %6.1f us %6.1f us\n", "Acquire, 4 stages, 4 descriptors",
              acquire.median, acquire.p99);
  std::printf("%-34s %8.2f  %8.2f\n", "ratio", acquire.median / bare.median,
              acquire.p99 / bare.p99);
  std::printf("%d calls of each, taking turns\n", kRounds);
  return 0;
}

}  // namespace
}  // namespace acceld

int main() { return acceld::Run(); }
