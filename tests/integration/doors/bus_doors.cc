#include "tests/integration/doors/bus_doors.h"

#include <sdbus-c++/sdbus-c++.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "api/names.h"
#include "api/wire.h"
#include "base/error.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "client/client.h"

namespace acceld::testing {
namespace {

class BusDoor final : public Door {
 public:
  BusDoor(const std::string& address, const std::string& pipeline)
      : pipeline_(*ParseJson(pipeline)),
        connection_(sdbus::createSessionBusConnectionWithAddress(address)),
        proxy_(
            sdbus::createProxy(*connection_, api::kBusName, api::kRootPath)) {}

  const char* name() const override { return "D-Bus"; }
  std::string busy() const override { return "org.acceld1.Error.Busy"; }

  Answer Ask() override {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
        0) {
      std::abort();
    }
    UniqueFd mine(ends[0]);
    const sdbus::UnixFd theirs(ends[1], sdbus::adopt_fd);
    sdbus::ObjectPath lease;
    api::WireDocument placement;
    try {
      proxy_->callMethod("Acquire")
          .onInterface(api::kManagerInterface)
          .withArguments(api::AsWire(pipeline_), theirs, api::WireDocument())
          .storeResultsTo(lease, placement);
    } catch (const sdbus::Error& error) {
      return {false, error.getName()};
    }
    session_ = std::move(mine);
    return {true, ""};
  }
  void GiveBack() override { session_.Reset(); }

 private:
  const Document pipeline_;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IProxy> proxy_;
  UniqueFd session_;
};

class LibraryDoor final : public Door {
 public:
  LibraryDoor(const std::string& address, const std::string& pipeline)
      : pipeline_(*ParseJson(pipeline)) {
    auto client = client::Client::Connect({.bus = address});
    if (!client) std::abort();
    client_ = *std::move(client);
  }
  const char* name() const override { return "libacceld"; }
  std::string busy() const override { return "busy"; }

  Answer Ask() override {
    auto lease = client_->Acquire(pipeline_);
    if (!lease) return {false, std::string(ErrorCodeName(lease.error().code))};
    lease_ = *std::move(lease);
    return {true, ""};
  }
  void GiveBack() override {
    (void)lease_->Release();
    lease_.reset();
  }

 private:
  const Document pipeline_;
  std::optional<client::Client> client_;
  std::optional<client::Lease> lease_;
};

}  // namespace

std::unique_ptr<Door> MakeBusDoor(const std::string& address,
                                  const std::string& pipeline) {
  return std::make_unique<BusDoor>(address, pipeline);
}

std::unique_ptr<Door> MakeLibraryDoor(const std::string& address,
                                      const std::string& pipeline) {
  return std::make_unique<LibraryDoor>(address, pipeline);
}

}  // namespace acceld::testing
