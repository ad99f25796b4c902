#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <string>
#include <utility>

#include "api/names.h"
#include "api/wire.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/ticket.h"

namespace acceld::client {
namespace {

Error NoSuchStage(const Lease& lease, std::string_view stage,
                  std::int64_t replica) {
  const std::string what =
      "stage " + std::string(stage) + ", replica " + std::to_string(replica);
  const bool is_inherited_by_socket =
      lease.placement().is_null() && !lease.socket().empty();
  if (!is_inherited_by_socket || !lease.grants().empty()) {
    return {ErrorCode::kNotFound, "the lease has no " + what, 0};
  }
  // A container that its engine restarted, say.
  return {ErrorCode::kNotFound,
          "this process has no grant for " + what +
              ": those of a lease go to the first process that connects to its "
              "socket. Who starts again needs a lease of its own: end this one "
              "and use 'accelctl run' again",
          0};
}

}  // namespace

// Without waiting for anything: the client has its queue either way, and a
// daemon that is away is told by its absence.
void Lease::ReportBound(std::string_view stage, std::int64_t replica,
                        const Error* error) const {
  if (connection_ == nullptr) return;
  const Document result =
      Document::Object{{"ok", error == nullptr},
                       {"errno", error == nullptr ? 0 : error->sys_errno},
                       {"replica", replica}};
  (void)static_cast<Connection*>(connection_.get())
      ->Call(path_, [&](sdbus::IProxy& proxy) {
        proxy.callMethod("ReportBound")
            .onInterface(api::kLeaseInterface)
            .withArguments(std::string(stage), api::AsWire(result))
            .dontExpectReply();
      });
}

const api::Grant* Lease::Find(std::string_view stage,
                              std::int64_t replica) const {
  for (const api::Grant& grant : grants_) {
    if (grant.kind != "buffer" && grant.role.empty() && grant.stage == stage &&
        grant.replica == replica) {
      return &grant;
    }
  }
  return nullptr;
}

const api::Grant* Lease::FindBuffer(std::int64_t link) const {
  for (const api::Grant& grant : grants_) {
    if (grant.kind == "buffer" && grant.link == link) return &grant;
  }
  return nullptr;
}

Result<SoftQueue> Lease::OpenQueue(std::string_view stage,
                                   std::int64_t replica) {
  const api::Grant* found = Find(stage, replica);
  if (found == nullptr) {
    return Fail(NoSuchStage(*this, stage, replica));
  }
  if (found->kind != "soft") {
    return Fail(
        ErrorCode::kUnsupported,
        "the device of stage " + std::string(stage) + " has no soft queue");
  }
  if (!found->fd.valid()) {
    return Fail(ErrorCode::kBusy, "the queue of stage " + std::string(stage) +
                                      " was opened before");
  }
  const auto index = static_cast<std::size_t>(found - grants_.data());
  auto queue = SoftQueue::Bind(std::move(grants_[index].fd));
  ReportBound(stage, replica, queue ? nullptr : &queue.error());
  return queue;
}

Result<UniqueFd> Lease::OpenDevice(std::string_view stage,
                                   std::int64_t replica) {
  const api::Grant* grant = Find(stage, replica);
  if (grant == nullptr) return Fail(NoSuchStage(*this, stage, replica));
  if (IsTicket(*grant)) return Open(*grant);
  if (grant->kind == "fd") return grant->fd.Duplicate();
  return Fail(ErrorCode::kUnsupported,
              "the device of stage " + std::string(stage) +
                  " is a software accelerator: it has a queue to open");
}

Result<UniqueFd> Lease::Open(const api::Grant& ticket) {
  auto device = OpenTicket(ticket);
  ReportBound(ticket.stage, ticket.replica, device ? nullptr : &device.error());
  return device;
}

std::vector<OpenedDevice> Lease::OpenAll() {
  std::vector<OpenedDevice> opened;
  for (const std::size_t index : OpeningOrder(grants_)) {
    const api::Grant& ticket = grants_[index];
    opened.push_back({ticket.stage, ticket.replica, Open(ticket)});
  }
  return opened;
}

Status Lease::StartQueue(std::string_view stage, std::int64_t replica,
                         int device) const {
  const api::Grant* grant = Find(stage, replica);
  if (grant == nullptr) return Fail(NoSuchStage(*this, stage, replica));
  return client::StartQueue(*grant, device);
}

Result<VfioDevice> Lease::OpenVfio(std::string_view stage,
                                   std::int64_t replica) {
  std::vector<api::Grant> mine;
  for (api::Grant& grant : grants_) {
    if (!IsVfio(grant) || grant.stage != stage || grant.replica != replica) {
      continue;
    }
    // A copy but for the descriptor, which goes along.
    api::Grant& taken = mine.emplace_back();
    taken.stage = grant.stage;
    taken.kind = grant.kind;
    taken.role = grant.role;
    taken.details = grant.details;
    taken.fd = std::move(grant.fd);
  }
  if (mine.empty()) {
    if (Find(stage, replica) == nullptr) {
      return Fail(NoSuchStage(*this, stage, replica));
    }
    return Fail(ErrorCode::kUnsupported,
                "the device of stage " + std::string(stage) + " is not VFIO's");
  }
  return VfioDevice::Open(std::move(mine));
}

Result<MappedBuffer> Lease::MapBuffer(std::int64_t link) const {
  const api::Grant* grant = FindBuffer(link);
  if (grant == nullptr) {
    return Fail(ErrorCode::kNotFound, "link " + std::to_string(link) +
                                          " of the pipeline has no buffer");
  }
  return MappedBuffer::Map(*grant);
}

Result<api::SessionMessage> Lease::WaitForNews() {
  return api::ReceiveSessionMessage(session_.get());
}

Status Lease::Release() {
  // Devices count as free when nobody holds them any more.
  grants_.clear();
  if (connection_ == nullptr) {
    session_.Reset();
    return {};
  }
  auto status =
      static_cast<Connection*>(connection_.get())
          ->Call(path_, [](sdbus::IProxy& proxy) {
            proxy.callMethod("Release").onInterface(api::kLeaseInterface);
          });
  session_.Reset();
  return status;
}

}  // namespace acceld::client
