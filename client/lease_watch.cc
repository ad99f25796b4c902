#include "client/lease_watch.h"

#include <sdbus-c++/sdbus-c++.h>

#include <exception>
#include <utility>

#include "api/error_names.h"
#include "api/names.h"
#include "api/wire.h"

namespace acceld::client {
namespace {

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";

std::unique_ptr<sdbus::IConnection> OpenBus(const std::string& bus) {
  if (bus == "system") return sdbus::createSystemBusConnection();
  if (bus == "session") return sdbus::createSessionBusConnection();
  return sdbus::createSessionBusConnectionWithAddress(bus);
}

Error ToError(const sdbus::Error& error) {
  return {api::CodeOfErrorName(error.getName()),
          "the bus: " + error.getMessage(), 0};
}

}  // namespace

struct LeaseWatch::State {
  State(const std::string& bus, bool all_leases)
      : all(all_leases),
        connection(OpenBus(bus)),
        manager(sdbus::createProxy(*connection, api::kBusName, api::kRootPath)),
        names(sdbus::createProxy(*connection, kBus, kBusPath)) {
    manager->uponSignal("LeasesChanged")
        .onInterface(api::kManagerInterface)
        .call([this] { changed = true; });
    manager->finishRegistration();
    names->uponSignal("NameOwnerChanged")
        .onInterface(kBus)
        .call([this](const std::string& name, const std::string&,
                     const std::string& owner) {
          if (name != api::kBusName) return;
          is_served = !owner.empty();
          is_new = is_served;
          changed = true;
        });
    names->finishRegistration();
    names->callMethod("NameHasOwner")
        .onInterface(kBus)
        .withArguments(std::string(api::kBusName))
        .storeResultsTo(is_served);
  }
  // Of the acceld that is there now.
  void Subscribe() {
    manager->callMethod("WatchLeases")
        .onInterface(api::kManagerInterface)
        .withArguments(api::AsWire(Document::Object{{"all", all}}));
  }

  bool all;
  bool is_served = false;
  bool is_new = false;  // and has not been asked
  bool changed = true;  // nothing was looked at yet
  std::unique_ptr<sdbus::IConnection> connection;
  std::unique_ptr<sdbus::IProxy> manager;
  std::unique_ptr<sdbus::IProxy> names;
};

LeaseWatch::LeaseWatch(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
LeaseWatch::~LeaseWatch() = default;
LeaseWatch::LeaseWatch(LeaseWatch&&) noexcept = default;
LeaseWatch& LeaseWatch::operator=(LeaseWatch&&) noexcept = default;

Result<LeaseWatch> LeaseWatch::Open(const std::string& bus, bool all) {
  try {
    LeaseWatch watch(std::make_unique<State>(bus, all));
    if (watch.is_served()) watch.state_->Subscribe();
    return watch;
  } catch (const sdbus::Error& error) {
    return Fail(ToError(error));
  }
}

int LeaseWatch::fd() const {
  return state_->connection->getEventLoopPollData().fd;
}

bool LeaseWatch::is_served() const { return state_->is_served; }

Result<bool> LeaseWatch::Next() {
  try {
    while (state_->connection->processPendingRequest()) {
    }
    if (std::exchange(state_->is_new, false)) state_->Subscribe();
  } catch (const sdbus::Error& error) {
    return Fail(ToError(error));
  }
  return std::exchange(state_->changed, false);
}

}  // namespace acceld::client
