// Client, second part: what is for administrators, and whom polkit lets.
#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-bus.h>

#include <chrono>
#include <utility>
#include <vector>

#include "api/names.h"
#include "api/wire.h"
#include "client/client.h"
#include "client/connection.h"

namespace acceld::client {
namespace {

using api::AsWire;
using api::WireDocument;

// A policy may have thousands of warnings, a machine thousands of leases.
constexpr api::WireLimits kReplyLimits{
    .depth = 32, .elements = 1U << 20, .string_bytes = 1U << 20};
// The daemon gives a person two minutes to type a password.
constexpr std::chrono::seconds kInteractiveTimeout{150};

// sdbus-c++ 1.2 has no way to set the flag, and keeps the message protected.
class Opened : public sdbus::Message {
 public:
  static void AllowInteraction(const sdbus::Message& message) {
    auto* raw = static_cast<sd_bus_message*>(message.*(&Opened::msg_));
    (void)sd_bus_message_set_allow_interactive_authorization(raw, 1);
  }
};

// How one of the manager's methods is called.
struct Calling {
  Connection& connection;
  bool interactive;

  template <typename... Arguments>
  Status Call(const char* method,
              const std::function<void(sdbus::MethodReply&)>& read,
              const Arguments&... arguments) const {
    return connection.Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
      auto call = proxy.createMethodCall(api::kManagerInterface, method);
      (static_cast<void>(call << arguments), ...);
      if (interactive) Opened::AllowInteraction(call);
      const std::chrono::microseconds patience =
          interactive ? kInteractiveTimeout : kCallTimeout;
      auto reply =
          proxy.callMethod(call, static_cast<std::uint64_t>(patience.count()));
      read(reply);
    });
  }
};

void Nothing(sdbus::MethodReply&) {}

Calling Of(const std::shared_ptr<void>& connection, bool interactive) {
  return {*static_cast<Connection*>(connection.get()), interactive};
}

}  // namespace

Result<Document> Client::ReloadPolicy() {
  WireDocument report{.document = {},
                      .limits = kReplyLimits,
                      .fault = ErrorCode::kCorruptInput};
  ACCELD_TRY_VOID(Of(connection_, interactive_)
                      .Call("ReloadPolicy", [&](sdbus::MethodReply& reply) {
                        reply >> report;
                      }));
  return std::move(report.document);
}

Result<Document> Client::ListAllLeases() {
  std::vector<WireDocument> leases;
  ACCELD_TRY_VOID(Of(connection_, interactive_)
                      .Call("ListAllLeases", [&](sdbus::MethodReply& reply) {
                        reply >> leases;
                      }));
  Document::Array list;
  for (WireDocument& lease : leases) list.push_back(std::move(lease.document));
  return Document(std::move(list));
}

Status Client::RevokeLease(const std::string& lease_path,
                           const std::string& reason) {
  Document options = Document::Object{};
  if (!reason.empty()) options.Set("reason", reason);
  return Of(connection_, interactive_)
      .Call("RevokeLease", Nothing, sdbus::ObjectPath(lease_path),
            AsWire(std::move(options)));
}

Status Client::Taint(const std::string& device, const Document& options) {
  return Of(connection_, interactive_)
      .Call("Taint", Nothing, device, AsWire(options));
}

Status Client::Untaint(const std::string& device) {
  return Of(connection_, interactive_).Call("Untaint", Nothing, device);
}

}  // namespace acceld::client
