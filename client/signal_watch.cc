#include "client/signal_watch.h"

#include <sdbus-c++/sdbus-c++.h>

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

struct SignalWatch::State {
  State(const std::string& bus, Wanted what)
      : wanted(std::move(what)),
        connection(OpenBus(bus)),
        manager(sdbus::createProxy(*connection, api::kBusName, api::kRootPath)),
        names(sdbus::createProxy(*connection, kBus, kBusPath)) {
    for (const std::string& signal : wanted.signals) {
      manager->registerSignalHandler(
          api::kManagerInterface, signal,
          [this](sdbus::Signal&) { news.changed = true; });
    }
    manager->finishRegistration();
    names->uponSignal("NameOwnerChanged")
        .onInterface(kBus)
        .call([this](const std::string& name, const std::string&,
                     const std::string& owner) {
          if (name != api::kBusName) return;
          is_served = !owner.empty();
          is_new = is_served;
          news = {is_served, !is_served};
        });
    names->finishRegistration();
    if (wanted.subscribe.empty()) return;
    names->callMethod("NameHasOwner")
        .onInterface(kBus)
        .withArguments(std::string(api::kBusName))
        .storeResultsTo(is_served);
  }
  // To the acceld that is there now.
  Status Subscribe() {
    if (wanted.subscribe.empty()) return {};
    try {
      manager->callMethod(wanted.subscribe)
          .onInterface(api::kManagerInterface)
          .withArguments(api::AsWire(wanted.options));
    } catch (const sdbus::Error& error) {
      // It left meanwhile, which is told next.
      if (ToError(error).code == ErrorCode::kUnavailable) return {};
      return Fail(ToError(error));
    }
    return {};
  }

  Wanted wanted;
  bool is_served = false;
  bool is_new = false;  // and has not been asked
  News news;
  std::unique_ptr<sdbus::IConnection> connection;
  std::unique_ptr<sdbus::IProxy> manager;
  std::unique_ptr<sdbus::IProxy> names;
};

SignalWatch::SignalWatch(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
SignalWatch::~SignalWatch() = default;
SignalWatch::SignalWatch(SignalWatch&&) noexcept = default;
SignalWatch& SignalWatch::operator=(SignalWatch&&) noexcept = default;

Result<SignalWatch> SignalWatch::Open(const std::string& bus, Wanted wanted) {
  try {
    SignalWatch watch(std::make_unique<State>(bus, std::move(wanted)));
    if (watch.is_served()) ACCELD_TRY_VOID(watch.state_->Subscribe());
    return watch;
  } catch (const sdbus::Error& error) {
    return Fail(ToError(error));
  }
}

int SignalWatch::fd() const {
  return state_->connection->getEventLoopPollData().fd;
}

bool SignalWatch::is_served() const { return state_->is_served; }

Result<SignalWatch::News> SignalWatch::Next() {
  try {
    do {
      while (state_->connection->processPendingRequest()) {
      }
      if (!std::exchange(state_->is_new, false)) break;
      ACCELD_TRY_VOID(state_->Subscribe());
      // What came while it was waited for the answer is no longer readable.
    } while (true);
  } catch (const sdbus::Error& error) {
    return Fail(ToError(error));
  }
  return std::exchange(state_->news, {});
}

}  // namespace acceld::client
