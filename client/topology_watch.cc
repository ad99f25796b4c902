#include "client/topology_watch.h"

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <exception>
#include <utility>

#include "api/names.h"

namespace acceld::client {
namespace {

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";

Error ToError(const std::exception& error) {
  return {ErrorCode::kUnavailable, std::string("the bus: ") + error.what(), 0};
}

std::unique_ptr<sdbus::IConnection> OpenBus(const std::string& bus) {
  if (bus == "system") return sdbus::createSystemBusConnection();
  if (bus == "session") return sdbus::createSessionBusConnection();
  return sdbus::createSessionBusConnectionWithAddress(bus);
}

}  // namespace

struct TopologyWatch::State {
  explicit State(const std::string& bus)
      : connection(OpenBus(bus)),
        manager(sdbus::createProxy(*connection, api::kBusName, api::kRootPath)),
        names(sdbus::createProxy(*connection, kBus, kBusPath)) {
    manager->uponSignal("TopologyChanged")
        .onInterface(api::kManagerInterface)
        .call([this](const std::uint64_t&) { news.changed = true; });
    manager->finishRegistration();
    names->uponSignal("NameOwnerChanged")
        .onInterface(kBus)
        .call([this](const std::string& name, const std::string&,
                     const std::string& owner) {
          if (name != api::kBusName) return;
          news.left = owner.empty();
          news.changed = !owner.empty();
        });
    names->finishRegistration();
  }

  std::unique_ptr<sdbus::IConnection> connection;
  std::unique_ptr<sdbus::IProxy> manager;
  std::unique_ptr<sdbus::IProxy> names;
  News news;
};

TopologyWatch::TopologyWatch(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
TopologyWatch::~TopologyWatch() = default;
TopologyWatch::TopologyWatch(TopologyWatch&&) noexcept = default;
TopologyWatch& TopologyWatch::operator=(TopologyWatch&&) noexcept = default;

Result<TopologyWatch> TopologyWatch::Open(const std::string& bus) {
  try {
    return TopologyWatch(std::make_unique<State>(bus));
  } catch (const std::exception& error) {
    return Fail(ToError(error));
  }
}

int TopologyWatch::fd() const {
  return state_->connection->getEventLoopPollData().fd;
}

Result<TopologyWatch::News> TopologyWatch::Next() {
  try {
    while (state_->connection->processPendingRequest()) {
    }
  } catch (const std::exception& error) {
    return Fail(ToError(error));
  }
  return std::exchange(state_->news, {});
}

}  // namespace acceld::client
