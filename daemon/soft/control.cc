#include "daemon/soft/control.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "base/send_with_fd.h"

namespace acceld::soft {
namespace {

constexpr std::uint32_t kOrderMagic = 0x4f534341;   // "ACSO"
constexpr std::uint32_t kReportMagic = 0x52534341;  // "ACSR"

struct OrderMessage {
  std::uint32_t magic = kOrderMagic;
  std::uint16_t type = 0;
  std::uint16_t reserved = 0;
  std::uint64_t queue = 0;
  std::uint64_t opcodes = 0;
  CpuSet cpus;
};
static_assert(sizeof(OrderMessage) == 24 + kMaxCpus / 8);

struct ReportMessage {
  std::uint32_t magic = kReportMagic;
  std::uint16_t type = 0;
  std::uint16_t reserved = 0;
  std::uint64_t queue = 0;
};
static_assert(sizeof(ReportMessage) == 16);

OrderMessage Encode(const Order& order) {
  OrderMessage message;
  message.type = static_cast<std::uint16_t>(order.type);
  message.queue = order.queue.value();
  message.opcodes = order.opcodes;
  message.cpus = order.cpus;
  return message;
}

tl::unexpected<Error> SendFailed(int sys_errno) {
  switch (sys_errno) {
    case EAGAIN:
      return Fail(ErrorCode::kBusy, "the worker does not read its orders");
    case EPIPE:
    case ECONNRESET:
    case ENOTCONN:
      return Fail(ErrorCode::kDeviceGone, "the control socket is closed");
    default:
      return FailErrno("send on the control socket", sys_errno);
  }
}

Status Send(int control, std::span<const std::byte> bytes, int attached,
            int flags) {
  const int error = SendWithFd(control, bytes, attached, flags);
  if (error != 0) return SendFailed(error);
  return {};
}

// Receives one message into `message`; a descriptor into `attached`.
// The size, 0 at the end.
Result<std::size_t> ReceiveInto(int control, OrderMessage& order,
                                UniqueFd& attached) {
  iovec part{&order, sizeof order};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> buffer{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = buffer.data();
  message.msg_controllen = buffer.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return FailErrno("receive an order", errno);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET &&
      header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    attached.Reset(fd);
  }
  return static_cast<std::size_t>(size);
}

}  // namespace

Status SendOrder(int control, const Order& order) {
  const OrderMessage message = Encode(order);
  return Send(control, std::as_bytes(std::span(&message, 1)),
              order.socket.get(), MSG_DONTWAIT);
}

Result<Order> ReceiveOrder(int control) {
  OrderMessage message;
  Order order;
  ACCELD_TRY(const std::size_t size,
             ReceiveInto(control, message, order.socket));
  if (size == 0) {
    return Fail(ErrorCode::kUnavailable,
                "the daemon closed the control socket");
  }
  order.type = static_cast<Order::Type>(message.type);
  const bool known =
      order.type == Order::Type::kAttach || order.type == Order::Type::kDetach;
  if (size != sizeof message || message.magic != kOrderMagic || !known ||
      message.opcodes > UINT32_MAX) {
    return Fail(ErrorCode::kCorruptInput, "an order of a wrong form");
  }
  order.queue = QueueId(message.queue);
  order.opcodes = static_cast<OpcodeMask>(message.opcodes);
  if (order.type == Order::Type::kAttach) order.cpus = message.cpus;
  return order;
}

Status SendReport(int control, const Report& report) {
  ReportMessage message;
  message.type = static_cast<std::uint16_t>(report.type);
  message.queue = report.queue.value();
  return Send(control, std::as_bytes(std::span(&message, 1)), -1, 0);
}

Result<std::optional<Report>> ReceiveReport(int control) {
  ReportMessage message;
  ssize_t size = 0;
  do {  // no room for descriptors: the kernel drops what a worker attaches
    size = ::recv(control, &message, sizeof message, MSG_DONTWAIT | MSG_TRUNC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return std::nullopt;
  if (size == 0 || (size < 0 && errno == ECONNRESET)) {
    return Fail(ErrorCode::kDeviceGone, "the worker closed the control socket");
  }
  if (size < 0) return FailErrno("receive a report", errno);
  const bool known =
      message.type >= static_cast<std::uint16_t>(Report::Type::kReady) &&
      message.type <= static_cast<std::uint16_t>(Report::Type::kLost);
  if (size != static_cast<ssize_t>(sizeof message) ||
      message.magic != kReportMagic || !known) {
    return Fail(ErrorCode::kCorruptInput, "a report of a wrong form");
  }
  return Report{static_cast<Report::Type>(message.type),
                QueueId(message.queue)};
}

}  // namespace acceld::soft
