// UeventSender: makes the kernel send uevents, real ones, for devices that need
// not exist. Since Linux 4.18 the kernel takes a uevent from a process with
// CAP_SYS_ADMIN in its network namespace and broadcasts it as its own, with a
// sequence number. Programs on this machine that follow uevents see them too;
// udevd is not running where tests run, and finds no such device where it is.
// Source: Linux lib/kobject_uevent.c, uevent_net_rcv_skb(). Tests only.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "probes/uevent.h"

namespace acceld::testing {

class UeventSender {
 public:
  // Also tries: sends one event of no interest and waits for the kernel's echo.
  // Errors: kPermissionDenied, kUnsupported (no echo: a sandbox's network).
  [[nodiscard]] static Result<UeventSender> Open();

  // `more`: further lines "KEY=VALUE", each ended by a NUL byte. Errors: kIo.
  [[nodiscard]] Status Send(const probes::Uevent& event,
                            const std::string& more = {}) const;
  // Any bytes. Errors: kIo.
  [[nodiscard]] Status SendRaw(const std::string& bytes) const;

 private:
  explicit UeventSender(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
};

}  // namespace acceld::testing
