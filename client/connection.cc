#include "client/connection.h"

#include <sdbus-c++/sdbus-c++.h>
#include <unistd.h>

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <new>
#include <string_view>
#include <utility>

#include "api/error_names.h"
#include "api/names.h"

namespace acceld::client {
namespace {

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
// More than this at once is a flood, not stray signals.
constexpr int kMaxDropped = 1024;

bool IsOneOf(std::string_view name,
             std::initializer_list<std::string_view> names) {
  for (const std::string_view other : names) {
    if (name == other) return true;
  }
  return false;
}

// The call did not reach anybody: it may be made again.
bool NobodyGotIt(const sdbus::Error& error) {
  return IsOneOf(error.getName(),
                 {"org.freedesktop.DBus.Error.ServiceUnknown",
                  "org.freedesktop.DBus.Error.NameHasNoOwner"});
}

bool ConnectionIsLost(const sdbus::Error& error) {
  return IsOneOf(
      error.getName(),
      {"org.freedesktop.DBus.Error.Disconnected", "System.Error.ENOTCONN",
       "System.Error.ECONNRESET", "System.Error.EPIPE"});
}

Error ToError(const sdbus::Error& error) {
  const ErrorCode code = api::CodeOfErrorName(error.getName());
  std::string message = error.getMessage();
  if (message.empty()) message = error.getName();
  return {code, std::move(message), 0};
}

// Runs `body` and turns whatever it throws into a fault; `lost` and
// `undelivered` say what kind of D-Bus error it was.
struct Attempt {
  Status status;
  bool lost = false;
  bool undelivered = false;
};

Attempt Try(const std::function<void()>& body) {
  try {
    body();
    return {};
  } catch (const sdbus::Error& error) {
    return {Fail(ToError(error)), ConnectionIsLost(error), NobodyGotIt(error)};
  } catch (const std::bad_alloc&) {
    return {Fail(ErrorCode::kNoMemory, "out of memory")};
  } catch (const std::exception& error) {
    return {Fail(ErrorCode::kInternal, error.what())};
  }
}

std::unique_ptr<sdbus::IConnection> OpenBus(const std::string& bus) {
  if (bus == "system") return sdbus::createSystemBusConnection();
  if (bus == "session") return sdbus::createSessionBusConnection();
  return sdbus::createSessionBusConnectionWithAddress(bus);
}

std::string NameOf(const std::string& bus) {
  if (bus == "system" || bus == "session") return "the " + bus + " bus";
  return "the bus at " + bus;
}

}  // namespace

// Here, where the types of the members are known.
Connection::Connection(Options options) : options_(std::move(options)) {}
Connection::~Connection() = default;

Result<std::shared_ptr<Connection>> Connection::Open(Options options) {
  std::shared_ptr<Connection> connection(new Connection(std::move(options)));
  const std::lock_guard lock(connection->mutex_);
  ACCELD_TRY_VOID(connection->Connect());
  ACCELD_TRY_VOID(connection->FindOwner());
  return connection;
}

Status Connection::Connect() {
  owner_.clear();
  connection_.reset();
  auto attempt = Try([&] {
    connection_ = OpenBus(options_.bus);
    connection_->setMethodCallTimeout(options_.patience);
  });
  if (attempt.status) return {};
  connection_.reset();
  Error error = std::move(attempt.status.error());
  if (error.code != ErrorCode::kPermissionDenied &&
      error.code != ErrorCode::kNoMemory) {
    error.code = ErrorCode::kUnavailable;
  }
  return Fail(std::move(error).In("cannot connect to " + NameOf(options_.bus)));
}

Status Connection::FindOwner() {
  owner_.clear();
  std::string owner;
  const auto ask = [&] {
    const auto bus = sdbus::createProxy(*connection_, kBus, kBusPath);
    bus->callMethod("GetNameOwner")
        .onInterface(kBus)
        .withArguments(std::string(api::kBusName))
        .storeResultsTo(owner);
  };
  auto attempt = Try(ask);
  if (attempt.undelivered && options_.start) {
    attempt = Try([&] {
      const auto bus = sdbus::createProxy(*connection_, kBus, kBusPath);
      std::uint32_t started = 0;
      bus->callMethod("StartServiceByName")
          .onInterface(kBus)
          .withArguments(std::string(api::kBusName), std::uint32_t{0})
          .storeResultsTo(started);
      ask();
    });
  }
  if (attempt.undelivered) {
    return Fail(ErrorCode::kUnavailable,
                "acceld is not running on " + NameOf(options_.bus));
  }
  if (attempt.lost) connection_.reset();
  if (!attempt.status) return attempt.status;
  ACCELD_TRY_VOID(CheckOwner(owner));
  owner_ = std::move(owner);
  return {};
}

// Acquire may lead to a worker of acceld reading and writing this process's
// memory. On a bus where anybody may own any name that trust needs a check.
Status Connection::CheckOwner(const std::string& owner) {
  std::uint32_t uid = 0;
  auto attempt = Try([&] {
    const auto bus = sdbus::createProxy(*connection_, kBus, kBusPath);
    bus->callMethod("GetConnectionUnixUser")
        .onInterface(kBus)
        .withArguments(owner)
        .storeResultsTo(uid);
  });
  if (!attempt.status) return attempt.status;
  if (uid == 0 || uid == ::geteuid()) return {};
  return Fail(ErrorCode::kPermissionDenied,
              "who calls itself acceld on " + NameOf(options_.bus) +
                  " is user " + std::to_string(uid) + ", neither root nor you");
}

Status Connection::Call(const std::string& path,
                        const std::function<void(sdbus::IProxy&)>& call) {
  const std::lock_guard lock(mutex_);
  for (bool again = false;; again = true) {
    if (connection_ == nullptr) ACCELD_TRY_VOID(Connect());
    if (owner_.empty()) ACCELD_TRY_VOID(FindOwner());
    auto attempt = Try([&] {
      const auto proxy = sdbus::createProxy(*connection_, owner_, path);
      call(*proxy);
    });
    if (attempt.lost) connection_.reset();
    if (attempt.undelivered) owner_.clear();
    if (attempt.undelivered && !again) continue;
    if (connection_ != nullptr) DropWhatWaits();
    return std::move(attempt.status);
  }
}

void Connection::DropWhatWaits() {
  auto attempt = Try([&] {
    for (int i = 0; i < kMaxDropped; ++i) {
      if (!connection_->processPendingRequest()) return;
    }
  });
  if (attempt.lost) connection_.reset();
}

}  // namespace acceld::client
