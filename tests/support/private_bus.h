// A real dbus-daemon of the test's own: in a temporary directory, with a
// configuration that is written for it, gone when the object is.
//
//   auto bus = PrivateBus::Start();
//   auto connection = sdbus::createSessionBusConnectionWithAddress(
//       (*bus)->address());
//
// The bus ends with the thread that started it; the address may be used from
// any.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace acceld::testing {

// <policy> and other elements of <busconfig> that let everybody do everything.
inline constexpr std::string_view kOpenPolicy = R"(
  <policy context="default">
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
  </policy>)";

// What a system bus does where no file of a service says otherwise: nobody owns
// a name or calls anybody; signals and replies pass. Put a service's own
// elements (or an <include>) after it.
inline constexpr std::string_view kSystemPolicy = R"(
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"
           send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus"
           send_interface="org.freedesktop.DBus.Properties"/>
    <allow send_destination="org.freedesktop.DBus"
           send_interface="org.freedesktop.DBus.Introspectable"/>
  </policy>)";

class PrivateBus {
 public:
  // Starts the bus and returns when it listens. `config` goes into <busconfig>
  // after the address. Errors: kNotFound (no dbus-daemon), kIo, kUnavailable
  // (it ended at once; what it said is on standard error).
  [[nodiscard]] static Result<std::unique_ptr<PrivateBus>> Start(
      std::string_view config = kOpenPolicy);

  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;
  ~PrivateBus() { Stop(); }

  [[nodiscard]] const std::string& address() const { return address_; }
  // Ends the bus now and removes its directory. Safe to call again.
  void Stop();

 private:
  explicit PrivateBus(std::string directory)
      : directory_(std::move(directory)) {}
  Status Launch(std::string_view config);

  std::string directory_;
  std::string address_;
  pid_t pid_ = -1;
};

}  // namespace acceld::testing
