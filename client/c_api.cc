#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/document.h"
#include "base/json.h"
#include "base/version.h"
#include "client/acceld.h"
#include "client/c_handles.h"

namespace acceld::client {

int CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return ACCELD_INVALID_ARGUMENT;
    case ErrorCode::kNotFound:
      return ACCELD_NOT_FOUND;
    case ErrorCode::kPermissionDenied:
      return ACCELD_PERMISSION_DENIED;
    case ErrorCode::kUnsatisfiable:
      return ACCELD_UNSATISFIABLE;
    case ErrorCode::kQuotaExceeded:
      return ACCELD_QUOTA_EXCEEDED;
    case ErrorCode::kBusy:
      return ACCELD_BUSY;
    case ErrorCode::kStale:
      return ACCELD_STALE;
    case ErrorCode::kUnsupported:
      return ACCELD_UNSUPPORTED;
    case ErrorCode::kIo:
      return ACCELD_IO;
    case ErrorCode::kCorruptInput:
      return ACCELD_CORRUPT_INPUT;
    case ErrorCode::kDeviceGone:
      return ACCELD_DEVICE_GONE;
    case ErrorCode::kDeadline:
      return ACCELD_DEADLINE;
    case ErrorCode::kNoMemory:
      return ACCELD_NO_MEMORY;
    case ErrorCode::kUnavailable:
      return ACCELD_UNAVAILABLE;
    case ErrorCode::kInternal:
      return ACCELD_INTERNAL;
  }
  return ACCELD_INTERNAL;
}

void Fill(acceld_error* error, int code, const Error& fault) {
  if (error == nullptr) return;
  acceld_error full{};
  full.code = code;
  full.sys_errno = fault.sys_errno;
  const std::string_view name = ErrorCodeName(fault.code);
  const std::string_view text = fault.message.empty() ? name : fault.message;
  text.copy(full.message, sizeof full.message - 1);
  CopyOut(full, error);
}

}  // namespace acceld::client

namespace {

using acceld::Document;
using acceld::ErrorCode;
using acceld::Fail;
using acceld::ParseJson;
using acceld::PrintJson;
using acceld::Result;
using acceld::Status;
using acceld::client::Client;
using acceld::client::Guarded;
using acceld::client::RequireAll;

Result<Document> ParsePipeline(const char* text) {
  auto pipeline = ParseJson(text);
  if (pipeline) return pipeline;
  return Fail(std::move(pipeline.error()).In("pipeline"));
}

// For acceld_free_text.
Result<char*> CopyText(const Document& document) {
  char* copy = ::strdup(PrintJson(document).c_str());
  if (copy == nullptr) return Fail(ErrorCode::kNoMemory, "out of memory");
  return copy;
}

Status Acquire(Client& client, const char* pipeline_json, acceld_lease** lease,
               Document* refusal) {
  ACCELD_TRY(const Document pipeline, ParsePipeline(pipeline_json));
  ACCELD_TRY(auto acquired, client.Acquire(pipeline, refusal));
  std::string placement = PrintJson(acquired.placement());
  *lease = new acceld_lease{std::move(acquired), std::move(placement)};
  return {};
}

Status Inherit(acceld_lease** lease) {
  ACCELD_TRY(auto inherited, acceld::client::Lease::Inherited());
  // Which placement it has, nobody told this process.
  *lease = new acceld_lease{std::move(inherited), "{}"};
  return {};
}

Status Plan(Client& client, const char* pipeline_json, char** placement_json,
            Document* refusal) {
  ACCELD_TRY(const Document pipeline, ParsePipeline(pipeline_json));
  ACCELD_TRY(const Document placement, client.Plan(pipeline, refusal));
  ACCELD_TRY(*placement_json, CopyText(placement));
  return {};
}

}  // namespace

const char* acceld_version(void) { return acceld::kVersion; }

int acceld_connect(const char* bus, acceld_client** client,
                   acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(client));
    ACCELD_TRY(Client connected,
               Client::Connect({bus == nullptr ? "system" : bus}));
    *client = new acceld_client{std::move(connected)};
    return {};
  });
}

void acceld_disconnect(acceld_client* client) { delete client; }

int acceld_acquire(acceld_client* client, const char* pipeline_json,
                   acceld_lease** lease, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(client, pipeline_json, lease));
    return Acquire(client->client, pipeline_json, lease, nullptr);
  });
}

int acceld_acquire_explained(acceld_client* client, const char* pipeline_json,
                             acceld_lease** lease, char** refusal_json,
                             acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(client, pipeline_json, lease, refusal_json));
    *refusal_json = nullptr;
    Document refusal;
    const Status status =
        Acquire(client->client, pipeline_json, lease, &refusal);
    if (refusal.is_null()) return status;
    ACCELD_TRY(*refusal_json, CopyText(refusal));
    return status;
  });
}

int acceld_inherit(acceld_lease** lease, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease));
    return Inherit(lease);
  });
}

int acceld_plan(acceld_client* client, const char* pipeline_json,
                char** placement_json, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(client, pipeline_json, placement_json));
    return Plan(client->client, pipeline_json, placement_json, nullptr);
  });
}

int acceld_plan_explained(acceld_client* client, const char* pipeline_json,
                          char** placement_json, char** refusal_json,
                          acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(
        RequireAll(client, pipeline_json, placement_json, refusal_json));
    *refusal_json = nullptr;
    Document refusal;
    const Status status =
        Plan(client->client, pipeline_json, placement_json, &refusal);
    if (refusal.is_null()) return status;
    ACCELD_TRY(*refusal_json, CopyText(refusal));
    return status;
  });
}

void acceld_free_text(char* text) { std::free(text); }

const char* acceld_lease_path(const acceld_lease* lease) {
  return lease->lease.path().c_str();
}

const char* acceld_lease_placement(const acceld_lease* lease) {
  return lease->placement.c_str();
}

int acceld_lease_fd(const acceld_lease* lease) {
  return lease->lease.session_fd();
}

int acceld_release(acceld_lease* lease, acceld_error* error) {
  const int code = Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease));
    return lease->lease.Release();
  });
  delete lease;
  return code;
}

void acceld_close_lease(acceld_lease* lease) { delete lease; }

size_t acceld_grant_count(const acceld_lease* lease) {
  return lease->lease.grants().size();
}

int acceld_grant_at(const acceld_lease* lease, size_t index,
                    acceld_grant* grant) {
  if (lease == nullptr || grant == nullptr) return ACCELD_INVALID_ARGUMENT;
  if (index >= lease->lease.grants().size()) return ACCELD_NOT_FOUND;
  const acceld::api::Grant& known = lease->lease.grants()[index];
  acceld_grant full{};
  full.stage = known.stage.c_str();
  full.replica = known.replica;
  full.kind = known.kind.c_str();
  full.device = known.device.c_str();
  full.function = known.function.c_str();
  full.link = known.link;
  full.size = known.size;
  full.fd = known.fd.get();
  acceld::client::CopyOut(full, grant);
  return ACCELD_OK;
}
