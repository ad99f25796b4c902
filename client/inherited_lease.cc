// Lease::Inherited(): a lease that somebody else acquired, for this process.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/document_reader.h"
#include "base/json.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "client/client.h"
#include "client/receive_grants.h"

namespace acceld::client {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT: see Inherited()
  return value == nullptr ? std::string() : std::string(value);
}

// A descriptor that was handed to this process; its own from now on.
Result<UniqueFd> Adopt(std::int64_t number) {
  const int fd = static_cast<int>(number);
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return Fail(ErrorCode::kNotFound,
                "descriptor " + std::to_string(number) +
                    " was not handed to this process, or is closed");
  }
  return UniqueFd(fd);
}

bool IsSessionSocket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_SEQPACKET;
}

// As GrantsDocument() wrote it; keys of a later one are passed over. `taken`:
// numbers of descriptors that have an owner, for none may have two.
Result<api::Grant> ReadGrant(const Document& document, std::size_t index,
                             std::set<std::int64_t>& taken) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  Complaints complaints;
  ObjectReader reader(document, PointerTo("", index), complaints);
  api::Grant grant;
  grant.stage = reader.RequiredString("stage").value_or("");
  grant.kind = reader.RequiredString("kind").value_or("");
  grant.device = reader.RequiredString("device").value_or("");
  grant.function = reader.String("function").value_or("");
  grant.role = reader.String("role").value_or("");
  grant.replica = reader.Integer("replica", 0, kMax).value_or(0);
  grant.link = reader.Integer("link", 0, kMax).value_or(-1);
  grant.size = reader.Integer("size", 0, kMax).value_or(0);
  if (const Document* details = reader.Find("details")) {
    grant.details = *details;
  }
  const auto fd =
      reader.Integer("fd", STDERR_FILENO + 1, std::numeric_limits<int>::max());
  if (!fd) {
    reader.Complain("fd", "is required");
  } else if (!taken.insert(*fd).second) {
    reader.Complain("fd", "is there twice");
  }
  if (!complaints.empty()) {
    return Fail(ErrorCode::kCorruptInput,
                "ACCELD_GRANTS: " + complaints.ToError().message);
  }
  ACCELD_TRY(grant.fd, Adopt(*fd));
  return grant;
}

Result<std::vector<api::Grant>> ReadGrants(const std::string& text,
                                           const UniqueFd& session) {
  const auto document = ParseJson(text);
  const auto* list = document ? document->AsArray() : nullptr;
  if (list == nullptr) {
    return Fail(ErrorCode::kCorruptInput, "ACCELD_GRANTS: no JSON array");
  }
  std::vector<api::Grant> grants;
  std::set<std::int64_t> taken{session.get()};
  for (std::size_t i = 0; i < list->size(); ++i) {
    ACCELD_TRY(api::Grant grant, ReadGrant((*list)[i], i, taken));
    grants.push_back(std::move(grant));
  }
  return grants;
}

Result<UniqueFd> Connect(const std::string& path) {
  UniqueFd connection(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!connection.valid()) return FailErrno("make a socket", errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Fail(ErrorCode::kCorruptInput,
                "ACCELD_LEASE_SOCKET: longer than an address can be");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0) {
    return connection;
  }
  // A container keeps the file of a socket that nobody listens at any more.
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return Fail(Error{ErrorCode::kNotFound, "the lease at " + path + " is over",
                      errno});
  }
  return FailErrno("connect to the lease at " + path, errno);
}

}  // namespace

Result<Lease> Lease::Inherited() {
  Lease lease;
  const std::string session = Variable("ACCELD_SESSION_FD");
  const std::string socket = Variable("ACCELD_LEASE_SOCKET");
  if (!session.empty()) {
    ACCELD_TRY(const std::int64_t number, ParseInteger(session));
    if (number <= STDERR_FILENO || number > std::numeric_limits<int>::max() ||
        !IsSessionSocket(static_cast<int>(number))) {
      return Fail(ErrorCode::kNotFound,
                  "descriptor " + session +
                      " (ACCELD_SESSION_FD) is no session socket: the "
                      "descriptors of the lease were not handed to this "
                      "process");
    }
    lease.path_ = Variable("ACCELD_LEASE");
    ACCELD_TRY(lease.session_, Adopt(number));
    ACCELD_TRY(lease.grants_,
               ReadGrants(Variable("ACCELD_GRANTS"), lease.session_));
    return lease;
  }
  if (socket.empty()) {
    return Fail(ErrorCode::kNotFound,
                "this process was given no lease (neither ACCELD_SESSION_FD "
                "nor ACCELD_LEASE_SOCKET is set); 'accelctl run' gives one");
  }
  ACCELD_TRY(lease.session_, Connect(socket));
  auto came = ReceiveGrants(lease.session_.get());
  if (!came && came.error().code == ErrorCode::kUnavailable) {
    // Closed at once: acceld says no more to whom the lease is not.
    return Fail(ErrorCode::kNotFound,
                "the lease at " + socket + " is over, or another user's");
  }
  ACCELD_TRY(Received received, std::move(came));
  lease.socket_ = socket;
  lease.path_ = std::move(received.lease);
  lease.grants_ = std::move(received.grants);
  return lease;
}

}  // namespace acceld::client
