#include "client/client.h"

#include <poll.h>
#include <sdbus-c++/sdbus-c++.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <utility>

#include "api/names.h"
#include "api/wire.h"
#include "base/units.h"
#include "client/connection.h"
#include "client/receive_grants.h"
#include "client/refusal.h"

namespace acceld::client {
namespace {

using api::AsWire;
using api::WireDocument;

// A daemon's answer is trusted further than a caller's question; a bound there
// is all the same.
constexpr api::WireLimits kReplyLimits{
    .depth = 32, .elements = 1U << 20, .string_bytes = 1U << 20};

Connection& Of(const std::shared_ptr<void>& connection) {
  return *static_cast<Connection*>(connection.get());
}

// D-Bus carries 64 nested containers; an object inside an object is three.
constexpr int kMaxDepth = 20;

bool IsWithinDepth(const Document& document, int depth) {
  if (depth == 0) return false;
  if (const auto* members = document.AsObject()) {
    return std::all_of(members->begin(), members->end(), [&](const auto& m) {
      return IsWithinDepth(m.second, depth - 1);
    });
  }
  if (const auto* elements = document.AsArray()) {
    return std::all_of(elements->begin(), elements->end(), [&](const auto& e) {
      return IsWithinDepth(e, depth - 1);
    });
  }
  return true;
}

// Errors: kInvalidArgument.
Status CheckSendable(const Document& document, std::string_view what) {
  std::string message = "/: ";
  message.append(what);
  if (document.AsObject() == nullptr) {
    message.append(" must be an object, not ").append(document.TypeName());
    return Fail(ErrorCode::kInvalidArgument, std::move(message));
  }
  if (IsWithinDepth(document, kMaxDepth)) return {};
  message.append(" is nested deeper than D-Bus goes");
  return Fail(ErrorCode::kInvalidArgument, std::move(message));
}

// Where an answer goes.
WireDocument Reply() {
  return WireDocument{.document = {},
                      .limits = kReplyLimits,
                      .fault = ErrorCode::kCorruptInput};
}

// What the daemon may take, and time to get there and back.
std::chrono::microseconds TimeoutFor(const Document& pipeline) {
  const Document* deadline = pipeline.Find("deadline");
  if (deadline == nullptr || deadline->AsString() == nullptr) {
    return kCallTimeout;
  }
  // One that is not well formed is the daemon's to explain.
  const auto parsed = ParseNanoseconds(*deadline->AsString());
  if (!parsed) return kCallTimeout;
  return kCallTimeout + std::chrono::microseconds(parsed->value() / 1000);
}

struct SocketPair {
  UniqueFd mine;
  UniqueFd theirs;
};

Result<SocketPair> MakeSessionSocket() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
      0) {
    return FailErrno("make the session socket", errno);
  }
  return SocketPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<Document> PropertiesOf(const std::shared_ptr<void>& connection,
                              const std::string& lease_path) {
  WireDocument properties = Reply();
  ACCELD_TRY_VOID(Of(connection).Call(lease_path, [&](sdbus::IProxy& proxy) {
    proxy.callMethod("GetAll")
        .onInterface("org.freedesktop.DBus.Properties")
        .withArguments(std::string(api::kLeaseInterface))
        .storeResultsTo(properties);
  }));
  return std::move(properties.document);
}

// Path of the lease's own socket; "" where it has none.
std::string SocketIn(const Document& properties) {
  const Document* socket = properties.Find("Socket");
  const auto* text = socket == nullptr ? nullptr : socket->AsString();
  return text == nullptr ? std::string() : *text;
}

WireDocument OptionsOf(const AcquireOptions& wanted, bool explain) {
  WireDocument options;
  if (explain) options.document.Set("explain", true);
  if (wanted.by_socket) options.document.Set("grants", "socket");
  if (!wanted.label.empty()) options.document.Set("label", wanted.label);
  if (wanted.linger > Nanoseconds()) {
    options.document.Set("linger", ToString(wanted.linger));
  }
  return options;
}

}  // namespace

Result<Client> Client::Connect(const ConnectOptions& options) {
  ACCELD_TRY(auto connection,
             Connection::Open({options.bus, options.patience, options.start}));
  return Client(std::move(connection), options.interactive);
}

Result<Lease> Client::Acquire(const Document& pipeline, Document* refusal,
                              const AcquireOptions& wanted) {
  ACCELD_TRY_VOID(CheckSendable(pipeline, "the pipeline"));
  ACCELD_TRY(SocketPair session, MakeSessionSocket());
  sdbus::ObjectPath path;
  WireDocument placement = Reply();
  {
    // The message and this copy of the daemon's end are gone before anything
    // is waited for: while one of them lives, a daemon that died is not
    // noticed on our end.
    const sdbus::UnixFd theirs(session.theirs.Release(), sdbus::adopt_fd);
    const WireDocument options = OptionsOf(wanted, refusal != nullptr);
    Status called =
        Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
          proxy.callMethod("Acquire")
              .onInterface(api::kManagerInterface)
              .withTimeout(TimeoutFor(pipeline))
              .withArguments(AsWire(pipeline), theirs, options)
              .storeResultsTo(path, placement);
        });
    if (!called && refusal != nullptr) {
      return Fail(TakeRefusal(std::move(called.error()), refusal));
    }
    ACCELD_TRY_VOID(std::move(called));
  }
  Lease lease;
  lease.path_ = std::move(path);
  lease.session_ = std::move(session.mine);
  lease.connection_ = connection_;
  lease.placement_ = std::move(placement.document);
  if (wanted.by_socket) {
    ACCELD_TRY(const Document properties,
               PropertiesOf(connection_, lease.path_));
    lease.socket_ = SocketIn(properties);
    return lease;
  }
  ACCELD_TRY(Received received, ReceiveGrants(lease.session_.get()));
  lease.grants_ = std::move(received.grants);
  return lease;
}

Result<Lease> Client::Attach(const std::string& lease_path) {
  ACCELD_TRY(SocketPair session, MakeSessionSocket());
  {
    // As in Acquire().
    const sdbus::UnixFd theirs(session.theirs.Release(), sdbus::adopt_fd);
    ACCELD_TRY_VOID(Of(connection_).Call(lease_path, [&](sdbus::IProxy& proxy) {
      proxy.callMethod("Attach")
          .onInterface(api::kLeaseInterface)
          .withArguments(theirs);
    }));
  }
  ACCELD_TRY(const Document properties, PropertiesOf(connection_, lease_path));
  Lease lease;
  lease.path_ = lease_path;
  lease.session_ = std::move(session.mine);
  lease.connection_ = connection_;
  if (const Document* placement = properties.Find("Placement")) {
    lease.placement_ = *placement;
  }
  lease.socket_ = SocketIn(properties);
  return lease;
}

Result<Document> Client::Plan(const Document& pipeline, Document* refusal) {
  ACCELD_TRY_VOID(CheckSendable(pipeline, "the pipeline"));
  WireDocument answer = Reply();
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("Plan")
            .onInterface(api::kManagerInterface)
            .withTimeout(TimeoutFor(pipeline))
            .withArguments(AsWire(pipeline), WireDocument())
            .storeResultsTo(answer);
      }));
  return PlacedOrRefused(std::move(answer.document), refusal);
}

Result<Document> Client::PlanCopies(const Document& pipeline, int most) {
  ACCELD_TRY_VOID(CheckSendable(pipeline, "the pipeline"));
  WireDocument options;
  options.document.Set("copies", most);
  WireDocument answer = Reply();
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("Plan")
            .onInterface(api::kManagerInterface)
            .withTimeout(TimeoutFor(pipeline))
            .withArguments(AsWire(pipeline), options)
            .storeResultsTo(answer);
      }));
  return std::move(answer.document);
}

Result<std::string> Client::Describe(const Document& filter) {
  ACCELD_TRY_VOID(CheckSendable(filter, "the filter"));
  std::string text;
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("Describe")
            .onInterface(api::kManagerInterface)
            .withArguments(AsWire(filter))
            .storeResultsTo(text);
      }));
  return text;
}

Result<Document> Client::Distance(const std::string& from,
                                  const std::string& to) {
  WireDocument distance = Reply();
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("Distance")
            .onInterface(api::kManagerInterface)
            .withArguments(from, to)
            .storeResultsTo(distance);
      }));
  return std::move(distance.document);
}

Result<Document> Client::ListLeases() {
  std::vector<WireDocument> leases;
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("ListLeases")
            .onInterface(api::kManagerInterface)
            .storeResultsTo(leases);
      }));
  Document::Array list;
  for (WireDocument& lease : leases) list.push_back(std::move(lease.document));
  return Document(std::move(list));
}

Status Client::Release(const std::string& lease_path) {
  return Of(connection_).Call(lease_path, [](sdbus::IProxy& proxy) {
    proxy.callMethod("Release").onInterface(api::kLeaseInterface);
  });
}

Result<std::uint64_t> Client::Rescan() {
  std::uint64_t generation = 0;
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("Rescan")
            .onInterface(api::kManagerInterface)
            .storeResultsTo(generation);
      }));
  return generation;
}

Result<Document> Client::ListDevices() {
  using Interfaces = std::map<std::string, WireDocument>;
  std::map<sdbus::ObjectPath, Interfaces> objects;
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("GetManagedObjects")
            .onInterface("org.freedesktop.DBus.ObjectManager")
            .storeResultsTo(objects);
      }));
  Document::Array list;
  for (auto& [path, interfaces] : objects) {
    const auto device = interfaces.find(api::kDeviceInterface);
    if (device == interfaces.end()) continue;
    list.push_back(std::move(device->second.document));
  }
  return Document(std::move(list));
}

Result<Document> Client::Properties() {
  WireDocument properties = Reply();
  ACCELD_TRY_VOID(
      Of(connection_).Call(api::kRootPath, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("GetAll")
            .onInterface("org.freedesktop.DBus.Properties")
            .withArguments(std::string(api::kManagerInterface))
            .storeResultsTo(properties);
      }));
  return std::move(properties.document);
}

Result<Document> Client::Property(const std::string& name) {
  ACCELD_TRY(const Document properties, Properties());
  if (const Document* value = properties.Find(name)) return *value;
  return Fail(ErrorCode::kUnsupported, "acceld has no property '" + name + "'");
}

}  // namespace acceld::client
