// TicketWatch: tickets that are good for one open.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/grant/ticket_node.h"

namespace acceld::daemon {

// Revokes a grant's tickets once the device was opened by one of them. The
// kernel tells it after the open (inotify), so a second open that is on its way
// at that moment succeeds: this keeps a ticket from being used later or passed
// on, and bounds nothing exactly. What was opened stays open. Thread-safe.
class TicketWatch {
 public:
  // Errors: kNoMemory, kIo. Source: inotify(7).
  [[nodiscard]] static Result<std::unique_ptr<TicketWatch>> Make();

  // Errors: kNoMemory (also: no watch left of the user's), kIo.
  [[nodiscard]] Status RevokeAtOpen(
      const std::shared_ptr<const Tickets>& tickets);
  // Readable when a watched ticket was used: call HandleOpens() then.
  [[nodiscard]] int fd() const { return events_.get(); }
  // Never blocks.
  void HandleOpens();

 private:
  explicit TicketWatch(UniqueFd events) : events_(std::move(events)) {}
  void Handle(int watch, unsigned mask);

  UniqueFd events_;
  std::mutex mutex_;
  std::map<int, std::weak_ptr<const Tickets>> tickets_;  // by watch descriptor
};

}  // namespace acceld::daemon
