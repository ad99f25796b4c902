#include "bench/bare_call.h"

#include <fcntl.h>
#include <sdbus-c++/sdbus-c++.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "api/names.h"
#include "api/session.h"

namespace acceld::bench {
namespace {

constexpr const char* kName = "org.acceld1.bench.Floor";
constexpr const char* kPath = "/floor";

Microseconds TimeOf(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now() - start)
      .count();
}

[[noreturn]] void End(const std::string& why) {
  (void)std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

}  // namespace

BareService::BareService(const std::string& address)
    : connection_(sdbus::createSessionBusConnectionWithAddress(address)) {
  connection_->requestName(kName);
  object_ = sdbus::createObject(*connection_, kPath);
  object_->registerMethod("GetFds").onInterface(kName).implementedAs([] {
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

BareService::~BareService() = default;

Caller::Caller(const std::string& address)
    : connection_(sdbus::createSessionBusConnectionWithAddress(address)),
      bare_(sdbus::createProxy(*connection_, kName, kPath)),
      manager_(
          sdbus::createProxy(*connection_, api::kBusName, api::kRootPath)) {}

Caller::~Caller() = default;

Microseconds Caller::CallBare() {
  std::vector<sdbus::UnixFd> fds;
  return TimeOf([&] {
    bare_->callMethod("GetFds").onInterface(kName).storeResultsTo(fds);
  });
}

Microseconds Caller::Acquire(const api::WireDocument& pipeline,
                             std::size_t count) {
  sdbus::ObjectPath lease;
  UniqueFd mine;
  const Microseconds time = TimeOf([&] {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
        0) {
      End("no socket pair");
    }
    mine = UniqueFd(ends[0]);
    api::WireDocument placement;
    manager_->callMethod("Acquire")
        .onInterface(api::kManagerInterface)
        .withArguments(pipeline, sdbus::UnixFd(ends[1], sdbus::adopt_fd),
                       api::WireDocument())
        .storeResultsTo(lease, placement);
    const auto message = api::ReceiveSessionMessage(mine.get());
    if (!message) End(message.error().message);
    if (message->grants.size() != count) {
      End(std::to_string(message->grants.size()) + " grants");
    }
  });
  auto object = sdbus::createProxy(*connection_, api::kBusName, lease);
  object->callMethod("Release").onInterface(api::kLeaseInterface);
  return time;
}

Summary Summarise(std::vector<Microseconds> times) {
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

}  // namespace acceld::bench
