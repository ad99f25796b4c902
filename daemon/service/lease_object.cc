#include <cerrno>
#include <utility>

#include "base/document_reader.h"
#include "daemon/service/guarded.h"
#include "daemon/service/objects.h"
#include "placement/request.h"

namespace acceld::daemon {
namespace {

Result<std::vector<std::string>> StagesOf(const api::WireDocument& options) {
  const Document& document = options.document;
  Complaints complaints;
  ObjectReader reader(document, "/options", complaints);
  std::vector<std::string> stages = reader.Strings("stages");
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return stages;
}

Result<Broker::BoundReport> ReportOf(const api::WireDocument& result) {
  constexpr std::int64_t kMaxErrno = 4095;  // MAX_ERRNO, linux/err.h
  const Document& document = result.document;
  Complaints complaints;
  ObjectReader reader(document, "/result", complaints);
  const auto ok = reader.Bool("ok");
  const auto sys_errno = reader.Integer("errno", 0, kMaxErrno);
  Broker::BoundReport report;
  report.replica = reader.Integer("replica", 0, placement::kMaxStages);
  if (!ok) reader.Complain("ok", "is required");
  if (ok && *ok && sys_errno.value_or(0) != 0) {
    reader.Complain("errno", "a bind that succeeded has none");
  }
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  report.sys_errno = static_cast<int>(sys_errno.value_or(0));
  // A failure without a number is one all the same.
  if (!*ok && report.sys_errno == 0) report.sys_errno = EIO;
  return report;
}

std::string SocketOf(const Lease& lease) {
  return lease.socket ? lease.socket->path() : std::string();
}

api::WireDocument DetailsOf(const api::Grant& grant,
                            const std::string& receipt) {
  Document details;
  details.Set("kind", grant.kind);
  details.Set("device", grant.device);
  details.Set("function", grant.function);
  details.Set("replica", grant.replica);
  details.Set("receipt", receipt);
  if (!grant.role.empty()) details.Set("role", grant.role);
  if (!grant.details.is_null()) details.Set("details", grant.details);
  if (grant.kind == "buffer") {
    details.Set("link", grant.link);
    details.Set("size", grant.size);
  }
  return api::AsWire(details);
}

}  // namespace

LeaseObject::LeaseObject(sdbus::IConnection& connection, Serving& serving,
                         const Lease& lease)
    : AdaptorInterfaces(connection, LeasePath(lease.id)),
      serving_(serving),
      id_(lease.id) {
  registerAdaptor();
}

LeaseObject::~LeaseObject() { unregisterAdaptor(); }

void LeaseObject::SendRevoked(const std::string& destination,
                              const std::string& reason) {
  sdbus::Signal signal = getObject().createSignal(INTERFACE_NAME, "Revoked");
  signal.setDestination(destination);
  signal << reason;
  getObject().emitSignal(signal);
}

Document LeaseObject::PropertiesOf(const Lease& lease) {
  Document properties;
  properties.Set("State", StateName(lease));
  properties.Set("Owner", std::int64_t{lease.owner});
  properties.Set("Socket", SocketOf(lease));
  properties.Set("Placement", lease.placement);
  return properties;
}

const Lease& LeaseObject::Lookup() {
  const Lease* lease = serving_.broker.Find(serving_.asker(), id_);
  if (lease == nullptr) {
    throw ToBusError({ErrorCode::kNotFound, "no such lease", 0});
  }
  return *lease;
}

std::vector<LeaseObject::Taken> LeaseObject::Take(
    const api::WireDocument& options) {
  return Guarded("Take", [&] {
    const Asker& asker = serving_.asker();
    auto taken =
        OrThrow(serving_.broker.Take(asker, id_, OrThrow(StagesOf(options))));
    serving_.on_delivery(asker.sender);
    std::vector<Taken> reply;
    for (api::Grant& grant : taken.grants) {
      reply.emplace_back(grant.stage,
                         sdbus::UnixFd(grant.fd.Release(), sdbus::adopt_fd),
                         DetailsOf(grant, taken.receipt));
    }
    return reply;
  });
}

void LeaseObject::ReportBound(const std::string& stage,
                              const api::WireDocument& result) {
  Guarded("ReportBound", [&] {
    OrThrow(serving_.broker.ReportBound(serving_.asker(), id_, stage,
                                        OrThrow(ReportOf(result))));
  });
}

void LeaseObject::Release(sdbus::Result<>&& result) {
  Guarded("Release", [&] {
    auto reply = std::make_shared<sdbus::Result<>>(std::move(result));
    is_releasing_ = true;
    serving_.broker.Release(
        serving_.asker(), id_, [this, reply](Status released) {
          Unasked("Release", [&] {
            if (released) {
              reply->returnResults();
            } else {
              reply->returnError(ToBusError(released.error()));
            }
          });
          is_releasing_ = false;
          serving_.on_released(id_);
        });
  });
}

void LeaseObject::Attach(const sdbus::UnixFd& session) {
  Guarded("Attach", [&] {
    // The library's own descriptor lacks CLOEXEC and stays its own.
    OrThrow(serving_.broker.Attach(serving_.asker(), id_,
                                   OrThrow(DuplicateFd(session.get()))));
  });
}

std::string LeaseObject::State() {
  return Guarded("State", [&] { return std::string(StateName(Lookup())); });
}

std::int64_t LeaseObject::Owner() {
  return Guarded("Owner", [&] { return std::int64_t{Lookup().owner}; });
}

std::string LeaseObject::Socket() {
  return Guarded("Socket", [&] { return SocketOf(Lookup()); });
}

api::WireDocument LeaseObject::Placement() {
  return Guarded("Placement", [&] { return api::AsWire(Lookup().placement); });
}

}  // namespace acceld::daemon
