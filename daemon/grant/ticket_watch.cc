#include "daemon/grant/ticket_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "base/log.h"

namespace acceld::daemon {
namespace {

void Revoke(const std::weak_ptr<const Tickets>& used) {
  const auto tickets = used.lock();
  if (tickets == nullptr) return;  // the grant is over
  for (const TicketNode& ticket : *tickets) ticket.Revoke();
  Log(LogLevel::kDebug, "ticket_used", {{"ticket", tickets->front().name()}});
}

}  // namespace

Result<std::unique_ptr<TicketWatch>> TicketWatch::Make() {
  UniqueFd events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!events.valid()) return FailErrno("watch tickets", errno);
  return std::unique_ptr<TicketWatch>(new TicketWatch(std::move(events)));
}

Status TicketWatch::RevokeAtOpen(
    const std::shared_ptr<const Tickets>& tickets) {
  const std::lock_guard lock(mutex_);
  for (const TicketNode& ticket : *tickets) {
    const std::string path = "/proc/self/fd/" + std::to_string(ticket.fd());
    const int watch =
        ::inotify_add_watch(events_.get(), path.c_str(), IN_OPEN | IN_ONESHOT);
    if (watch < 0 && errno == ENOSPC) {
      return Fail(ErrorCode::kNoMemory,
                  "watch a ticket: fs.inotify.max_user_watches are in use");
    }
    if (watch < 0) return FailErrno("watch a ticket", errno);
    tickets_[watch] = tickets;
  }
  return {};
}

void TicketWatch::HandleOpens() {
  const std::lock_guard lock(mutex_);
  alignas(inotify_event) std::array<std::byte, 4096> events{};
  ssize_t size = 0;
  while ((size = ::read(events_.get(), events.data(), events.size())) > 0) {
    inotify_event event{};
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);
         at += sizeof event + event.len) {
      std::memcpy(&event, events.data() + at, sizeof event);
      Handle(event.wd, event.mask);
    }
  }
}

void TicketWatch::Handle(int watch, unsigned mask) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    // Which ones were used is lost: none is good any more.
    Log(LogLevel::kWarning, "ticket_events_lost", {});
    for (const auto& [other, tickets] : tickets_) Revoke(tickets);
    tickets_.clear();
    return;
  }
  const auto found = tickets_.find(watch);
  if (found == tickets_.end()) return;
  if ((mask & IN_OPEN) != 0) Revoke(found->second);
  // The watch ends with the first event; the filesystem's end is one, too.
  tickets_.erase(found);
}

}  // namespace acceld::daemon
