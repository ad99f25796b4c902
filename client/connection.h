// The library's connection to the bus and to the acceld on it. Private to
// client/*.cc: sdbus types do not leave the library, and are only named here.
//
// Thread-safe; one call at a time. Synchronous calls need no event loop, so no
// thread runs for it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

namespace sdbus {
class IConnection;
class IProxy;
}  // namespace sdbus

namespace acceld::client {

inline constexpr std::chrono::seconds kCallTimeout{30};

class Connection {
 public:
  struct Options {
    std::string bus;  // "system", "session" or a D-Bus address
    // Of calls that say nothing else.
    std::chrono::milliseconds patience = kCallTimeout;
    bool start = true;  // acceld, where it does not run
  };
  // Errors: as Client::Connect.
  [[nodiscard]] static Result<std::shared_ptr<Connection>> Open(
      Options options);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Makes one call with `call`, which gets a proxy of the object at `path` of
  // acceld, and turns what it throws into a fault. Connects again where the
  // connection was lost, and asks for acceld again where it was restarted;
  // `call` runs a second time only where nobody got the first.
  // Errors: by the name of the D-Bus error.
  [[nodiscard]] Status Call(const std::string& path,
                            const std::function<void(sdbus::IProxy&)>& call);

 private:
  explicit Connection(Options options);
  // The caller of these holds mutex_.
  Status Connect();
  Status FindOwner();  // sets owner_
  Status CheckOwner(const std::string& owner);
  void DropWhatWaits();  // signals that nobody asked for

  const Options options_;
  std::mutex mutex_;
  std::unique_ptr<sdbus::IConnection> connection_;
  // Unique name of the acceld that was looked at: every call goes to it, not to
  // whoever owns the well-known name by then.
  std::string owner_;
};

}  // namespace acceld::client
