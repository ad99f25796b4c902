#include "api/session.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "base/document_reader.h"
#include "base/json.h"

namespace acceld::api {
namespace {

// Room for the descriptors of one message. More than that arrives truncated
// (MSG_CTRUNC), and the kernel closes what did not fit.
struct ControlBuffer {
  alignas(cmsghdr)
      std::array<std::byte, CMSG_SPACE(sizeof(int) * kMaxFdsPerMessage)> bytes;
};

Error SendError(int sys_errno) {
  switch (sys_errno) {
    case EAGAIN:
    case ENOBUFS:
    case ETOOMANYREFS:  // too many descriptors in flight to somebody idle
      return {ErrorCode::kBusy, "the client does not read its session socket",
              sys_errno};
    case EPIPE:
    case ECONNRESET:
    case ENOTCONN:
      return {ErrorCode::kDeviceGone, "the session socket is closed",
              sys_errno};
    default:
      return ErrnoError("send on the session socket", sys_errno);
  }
}

Status SendMessage(int socket, const Document& document,
                   std::span<const int> fds) {
  std::string text = PrintJson(document);
  if (text.size() > kMaxSessionMessageBytes) {
    return Fail(ErrorCode::kInvalidArgument, "session message too large");
  }
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  ControlBuffer control{};
  if (!fds.empty()) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  while (::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return Fail(SendError(errno));
  }
  return {};
}

Document Describe(const Grant& grant, std::size_t index) {
  Document::Object members{{"stage", grant.stage},
                           {"replica", grant.replica},
                           {"kind", grant.kind},
                           {"device", grant.device},
                           {"function", grant.function}};
  if (grant.kind == "buffer") {
    members.emplace_back("link", grant.link);
    members.emplace_back("size", grant.size);
  }
  if (!grant.role.empty()) members.emplace_back("role", grant.role);
  if (!grant.details.is_null()) members.emplace_back("details", grant.details);
  members.emplace_back("fd", static_cast<std::int64_t>(index));
  return members;
}

struct Received {
  std::string text;
  std::vector<UniqueFd> fds;
};

// Takes ownership of every descriptor before anything else is looked at.
std::vector<UniqueFd> TakeFds(msghdr& message) {
  std::vector<UniqueFd> fds;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return fds;
}

Result<Received> Receive(int socket) {
  Received received;
  // Not zeroed: most messages are a hundredth of it.
  std::array<char, kMaxSessionMessageBytes> buffer;
  iovec part{buffer.data(), buffer.size()};
  ControlBuffer control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    if (errno == EAGAIN) {
      return Fail(ErrorCode::kDeadline, "nothing came on the session socket");
    }
    if (errno != ECONNRESET) {
      return FailErrno("receive from the session socket", errno);
    }
    size = 0;
  }
  received.fds = TakeFds(message);
  if (size == 0) {
    return Fail(ErrorCode::kUnavailable, "acceld closed the session socket");
  }
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    return Fail(ErrorCode::kCorruptInput, "session message truncated");
  }
  received.text.assign(buffer.data(), static_cast<std::size_t>(size));
  return received;
}

// One grant of a message; its descriptor moves out of `fds`.
std::optional<Grant> ReadGrant(const Document& document, std::string pointer,
                               std::vector<UniqueFd>& fds,
                               Complaints& complaints) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  ObjectReader reader(document, std::move(pointer), complaints);
  Grant grant;
  grant.stage = reader.RequiredString("stage").value_or("");
  grant.replica = reader.Integer("replica", 0, kMax).value_or(0);
  grant.kind = reader.RequiredString("kind").value_or("");
  grant.device = reader.RequiredString("device").value_or("");
  grant.function = reader.String("function").value_or("");
  grant.role = reader.String("role").value_or("");
  if (const Document::Object* details = reader.Object("details")) {
    grant.details = *details;
  }
  if (grant.kind == "buffer") {
    grant.link = reader.Integer("link", 0, kMax).value_or(-1);
    grant.size = reader.Integer("size", 0, kMax).value_or(-1);
    if (grant.link < 0 || grant.size < 0) {
      reader.ComplainHere("a buffer needs its link and its size");
    }
  }
  const auto index = reader.Integer("fd", 0, kMaxFdsPerMessage - 1);
  const auto at = static_cast<std::size_t>(index.value_or(kMaxFdsPerMessage));
  if (at >= fds.size() || !fds[at].valid()) {
    reader.Complain("fd", "no such descriptor in this message");
    return std::nullopt;
  }
  grant.fd = std::move(fds[at]);
  return grant;
}

void ReadGrants(ObjectReader& reader, std::vector<UniqueFd>& fds,
                SessionMessage& message) {
  message.type = SessionMessage::Type::kGrants;
  message.last = reader.Bool("last").value_or(true);
  const Document::Array* grants = reader.Array("grants");
  if (grants == nullptr) return reader.Complain("grants", "is required");
  for (std::size_t i = 0; i < grants->size(); ++i) {
    auto grant =
        ReadGrant((*grants)[i], PointerTo(reader.PointerOf("grants"), i), fds,
                  reader.complaints());
    if (grant) message.grants.push_back(*std::move(grant));
  }
  for (const UniqueFd& fd : fds) {
    if (fd.valid()) {
      return reader.ComplainHere("a descriptor belongs to no grant");
    }
  }
}

}  // namespace

Status SendGrants(int socket, const std::string& lease,
                  const std::vector<Grant>& grants) {
  std::size_t next = 0;
  do {
    const std::size_t end = std::min(grants.size(), next + kMaxFdsPerMessage);
    Document::Array list;
    std::vector<int> fds;
    for (; next < end; ++next) {
      const Grant& grant = grants[next];
      if (!grant.fd.valid()) {
        return Fail(
            ErrorCode::kInvalidArgument,
            "the grant for stage " + grant.stage + " has no descriptor");
      }
      list.push_back(Describe(grant, fds.size()));
      fds.push_back(grant.fd.get());
    }
    ACCELD_TRY_VOID(
        SendMessage(socket,
                    Document::Object{{"type", "grants"},
                                     {"lease", lease},
                                     {"last", next == grants.size()},
                                     {"grants", Document(std::move(list))}},
                    fds));
  } while (next < grants.size());
  return {};
}

Status SendRevoked(int socket, const std::string& lease,
                   const std::string& reason) {
  return SendMessage(
      socket,
      Document::Object{
          {"type", "revoked"}, {"lease", lease}, {"reason", reason}},
      {});
}

Result<SessionMessage> ReceiveSessionMessage(int socket) {
  ACCELD_TRY(Received received, Receive(socket));
  auto document = ParseJson(received.text);
  if (!document) {
    return Fail(ErrorCode::kCorruptInput,
                "session message: " + document.error().message);
  }
  Complaints complaints;
  SessionMessage message;
  ObjectReader reader(*document, "", complaints);
  message.lease = reader.String("lease").value_or("");
  const std::string type = reader.RequiredString("type").value_or("");
  if (type == "grants") {
    ReadGrants(reader, received.fds, message);
  } else if (type == "revoked") {
    message.type = SessionMessage::Type::kRevoked;
    message.reason = reader.String("reason").value_or("");
  } else {
    reader.Complain("type", "must be grants or revoked");
  }
  if (!complaints.empty()) {
    return Fail(ErrorCode::kCorruptInput,
                "session message: " + complaints.ToError().message);
  }
  return message;
}

}  // namespace acceld::api
