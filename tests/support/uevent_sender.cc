#include "tests/support/uevent_sender.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "probes/uevent_monitor.h"

namespace acceld::testing {
namespace {

constexpr std::string_view kEchoName = "/devices/virtual/tty/acceld-echo";

// Once for all tests of the process.
Status EnterNetworkNamespace() {
  static const int problem = ::unshare(CLONE_NEWNET) == 0 ? 0 : errno;
  if (problem == 0) return {};
  return FailErrno("make a network namespace (needs CAP_SYS_ADMIN)", problem);
}

bool HearsEcho(probes::UeventMonitor& monitor) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::seconds(5);
  while (Clock::now() < until) {
    pollfd readable{monitor.fd(), POLLIN, 0};
    if (::poll(&readable, 1, 100) <= 0) continue;
    for (const probes::Uevent& event : monitor.Receive().events) {
      if (event.devpath == kEchoName) return true;
    }
  }
  return false;
}

}  // namespace

Result<UeventSender> UeventSender::Open() {
  ACCELD_TRY_VOID(EnterNetworkNamespace());
  UniqueFd socket(
      ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
  if (!socket.valid()) return FailErrno("open a uevent socket", errno);
  UeventSender sender(std::move(socket));
  ACCELD_TRY(auto monitor, probes::UeventMonitor::Open());
  ACCELD_TRY_VOID(sender.Send({"change", std::string(kEchoName), "tty"}));
  if (HearsEcho(monitor)) return sender;
  return Fail(ErrorCode::kUnsupported,
              "the kernel did not send the event on (needs Linux 4.18)");
}

Status UeventSender::Send(const probes::Uevent& event,
                          const std::string& more) const {
  std::string text = event.action + "@" + event.devpath;
  text.push_back('\0');
  for (const auto& [key, value] : {std::pair("ACTION=", event.action),
                                   std::pair("DEVPATH=", event.devpath),
                                   std::pair("SUBSYSTEM=", event.subsystem)}) {
    text.append(key).append(value).push_back('\0');
  }
  return SendRaw(text + more);
}

Status UeventSender::SendRaw(const std::string& bytes) const {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + bytes.size());
  header.nlmsg_type = NLMSG_MIN_TYPE;
  header.nlmsg_flags = NLM_F_REQUEST;
  std::string message(sizeof header, '\0');
  std::memcpy(message.data(), &header, sizeof header);
  message += bytes;
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const auto sent =
      ::sendto(socket_.get(), message.data(), message.size(), 0,
               reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  if (sent < 0) return FailErrno("send a uevent", errno);
  return {};
}

}  // namespace acceld::testing
