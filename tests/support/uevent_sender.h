// UeventSender: makes the kernel send uevents, real ones, for devices that need
// not exist. Since Linux 4.18 the kernel takes a uevent from a process with
// CAP_SYS_ADMIN in its network namespace and broadcasts it there as its own,
// with a sequence number.
// Source: Linux lib/kobject_uevent.c, uevent_net_rcv_skb(). Tests only.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "probes/uevent.h"

namespace acceld::testing {

class UeventSender {
 public:
  // First moves the calling thread, and what it starts from now on, to a
  // network namespace of the process's own: tests that run at the same time
  // and the machine's udevd do not hear of its devices, nor it of theirs.
  // Also tries: sends one event of no interest and waits for the kernel's echo.
  // Errors: kPermissionDenied, kUnsupported (no echo).
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
