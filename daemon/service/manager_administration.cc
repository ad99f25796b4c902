// What of the manager is for administrators, or for whom polkit lets.
#include <utility>

#include "api/names.h"
#include "base/document_reader.h"
#include "base/units.h"
#include "base/utf8.h"
#include "daemon/service/guarded.h"
#include "daemon/service/lease_document.h"
#include "daemon/service/objects.h"
#include "daemon/service/policy_document.h"

namespace acceld::daemon {
namespace {

constexpr std::size_t kMaxReason = 256;  // bytes
constexpr Nanoseconds kLongestTaint{std::int64_t{366} * 86'400 * 1'000'000'000};

// A text for people, of one line.
std::string ReadReason(ObjectReader& reader) {
  std::string reason = reader.String("reason").value_or("");
  if (reason.size() > kMaxReason) {
    reader.Complain("reason", "must have at most 256 bytes");
  }
  return Printable(reason, kMaxReason);
}

Result<std::string> ReadRevokeOptions(const api::WireDocument& options) {
  Complaints complaints;
  ObjectReader reader(options.document, "/options", complaints);
  std::string reason = ReadReason(reader);
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return reason;
}

Result<Taint> ReadTaint(const api::WireDocument& options, SteadyTime now) {
  Complaints complaints;
  ObjectReader reader(options.document, "/options", complaints);
  Taint taint;
  taint.reason = ReadReason(reader);
  if (taint.reason.empty()) reader.Complain("reason", "is required");
  const std::string effect = reader.String("effect").value_or("refuse");
  if (effect != "refuse" && effect != "avoid") {
    reader.Complain("effect", "must be \"refuse\" or \"avoid\"");
  }
  taint.refuses = effect == "refuse";
  if (const auto text = reader.String("for")) {
    const auto span = ParseNanoseconds(*text);
    if (!span || *span <= Nanoseconds(0) || *span > kLongestTaint) {
      reader.Complain("for",
                      "must be a time such as \"3600s\", of a year at "
                      "most");
    } else {
      taint.until = now + std::chrono::nanoseconds(span->value());
    }
  }
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return taint;
}

// Empty, which no lease has, where it is the path of something else.
LeaseId IdOf(const std::string& path) {
  const std::string_view prefix(api::kLeasePathPrefix);
  return path.starts_with(prefix) ? path.substr(prefix.size()) : LeaseId();
}

// Goes on with `then` once it is known that the caller may; else answers with
// the refusal.
template <typename Reply>
void WithLeave(Serving& serving, Action action,
               const std::shared_ptr<Reply>& reply,
               std::function<void(const Asker&)> then) {
  serving.authorize(
      action, [reply, then = std::move(then)](const Result<Asker>& asker) {
        if (asker) {
          then(*asker);
          return;
        }
        Unasked("a refusal",
                [&] { reply->returnError(ToBusError(asker.error())); });
      });
}

// Answers a call with the fault, or by what `answer` does with the value.
template <typename Reply, typename Value, typename Answer>
void AnswerWith(const char* method, Reply& reply, const Result<Value>& result,
                Answer answer) {
  Unasked(method, [&] {
    if (!result) {
      reply.returnError(ToBusError(result.error()));
    } else if constexpr (std::is_void_v<Value>) {
      answer();
    } else {
      answer(*result);
    }
  });
}

}  // namespace

void ManagerObject::ReloadPolicy(sdbus::Result<api::WireDocument>&& result) {
  Guarded("ReloadPolicy", [&] {
    auto reply =
        std::make_shared<sdbus::Result<api::WireDocument>>(std::move(result));
    WithLeave(
        serving_, Action::kReload, reply, [this, reply](const Asker& asker) {
          serving_.broker.ReloadPolicy(
              asker, [reply](const Result<ReloadReport>& reloaded) {
                AnswerWith(
                    "ReloadPolicy", *reply, reloaded,
                    [&](const ReloadReport& report) {
                      reply->returnResults(api::AsWire(ToDocument(report)));
                    });
              });
        });
  });
}

void ManagerObject::RevokeLease(sdbus::Result<>&& result,
                                sdbus::ObjectPath lease,
                                api::WireDocument options) {
  Guarded("RevokeLease", [&] {
    const std::string reason = OrThrow(ReadRevokeOptions(options));
    auto reply = std::make_shared<sdbus::Result<>>(std::move(result));
    const auto revoke = [this, reply, reason,
                         id = IdOf(lease)](const Asker& asker) {
      serving_.broker.Revoke(asker, id, reason, [reply](Status revoked) {
        AnswerWith("RevokeLease", *reply, revoked,
                   [&] { reply->returnResults(); });
      });
    };
    WithLeave(serving_, Action::kRevoke, reply, revoke);
  });
}

void ManagerObject::ListAllLeases(
    sdbus::Result<std::vector<api::WireDocument>>&& result) {
  Guarded("ListAllLeases", [&] {
    auto reply =
        std::make_shared<std::decay_t<decltype(result)>>(std::move(result));
    WithLeave(serving_, Action::kSeeAllLeases, reply,
              [this, reply](const Asker& asker) {
                AnswerWith(
                    "ListAllLeases", *reply, serving_.broker.AllLeases(asker),
                    [&](const std::vector<const Lease*>& leases) {
                      std::vector<api::WireDocument> list;
                      for (const Lease* lease : leases) {
                        list.push_back(
                            api::AsWire(ToDocument(*lease, serving_.broker)));
                      }
                      reply->returnResults(list);
                    });
              });
  });
}

void ManagerObject::WatchLeases(sdbus::Result<>&& result,
                                api::WireDocument options) {
  Guarded("WatchLeases", [&] {
    Complaints complaints;
    ObjectReader reader(options.document, "/options", complaints);
    const bool all = reader.Bool("all").value_or(false);
    reader.RefuseUnknownKeys();
    if (!complaints.empty()) throw ToBusError(complaints.ToError());
    auto reply = std::make_shared<sdbus::Result<>>(std::move(result));
    const auto what =
        all ? Watchers::What::kAllLeases : Watchers::What::kLeases;
    const auto watch = [this, reply, what](const Asker& asker) {
      AnswerWith("WatchLeases", *reply, serving_.watch(asker, what),
                 [&] { reply->returnResults(); });
    };
    if (all) {
      WithLeave(serving_, Action::kSeeAllLeases, reply, watch);
    } else {
      watch(serving_.asker());
    }
  });
}

void ManagerObject::WatchAvailability(const api::WireDocument& options) {
  Guarded("WatchAvailability", [&] {
    Complaints complaints;
    ObjectReader reader(options.document, "/options", complaints);
    reader.RefuseUnknownKeys();
    if (!complaints.empty()) throw ToBusError(complaints.ToError());
    OrThrow(serving_.watch(serving_.asker(), Watchers::What::kAvailability));
  });
}

void ManagerObject::TellLeasesChanged(const std::string& destination) {
  sdbus::Signal signal =
      getObject().createSignal(INTERFACE_NAME, "LeasesChanged");
  signal.setDestination(destination);
  getObject().emitSignal(signal);
}

void ManagerObject::TellAvailability(const std::string& destination,
                                     const std::vector<std::string>& devices) {
  sdbus::Signal signal =
      getObject().createSignal(INTERFACE_NAME, "AvailabilityChanged");
  signal << devices;
  signal.setDestination(destination);
  getObject().emitSignal(signal);
}

void ManagerObject::Taint(sdbus::Result<>&& result, std::string device,
                          api::WireDocument options) {
  Guarded("Taint", [&] {
    auto taint = OrThrow(ReadTaint(options, serving_.broker.Now()));
    auto reply = std::make_shared<sdbus::Result<>>(std::move(result));
    WithLeave(serving_, Action::kTaint, reply,
              [this, reply, device, taint](const Asker& asker) {
                AnswerWith("Taint", *reply,
                           serving_.broker.SetTaint(asker, device, taint),
                           [&] { reply->returnResults(); });
              });
  });
}

void ManagerObject::Untaint(sdbus::Result<>&& result, std::string device) {
  Guarded("Untaint", [&] {
    auto reply = std::make_shared<sdbus::Result<>>(std::move(result));
    WithLeave(serving_, Action::kTaint, reply,
              [this, reply, device](const Asker& asker) {
                AnswerWith("Untaint", *reply,
                           serving_.broker.RemoveTaint(asker, device),
                           [&] { reply->returnResults(); });
              });
  });
}

api::WireDocument ManagerObject::PolicyState() {
  return Guarded("PolicyState", [&] {
    return api::AsWire(PolicyStateDocument(serving_.broker, serving_.asker()));
  });
}

void ManagerObject::TellPolicyState(bool is_new) {
  if (is_new) emitPolicyChanged(serving_.broker.policy_state().number);
  getObject().emitPropertiesChangedSignal(INTERFACE_NAME, {"PolicyState"});
}

}  // namespace acceld::daemon
