#include "daemon/device_binders.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/ioctl.h"
#include "base/log.h"
#include "daemon/grant/filesystem_ends.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/vfio/journal.h"

namespace acceld::daemon {
namespace {

constexpr const char* kVfioJournal = "run/acceld/vfio";

// Who takes nothing from a driver needs no journal: nobody but root can, nobody
// else than the machine itself has drivers, and without offers there is nothing
// to take; an earlier daemon may have had some.
Result<vfio::Journal> OpenVfioJournal(const SysRoot& live, Mode mode,
                                      const probes::VfioOffers& offers) {
  if (mode != Mode::kLive || ::geteuid() != 0 ||
      (offers.offers.empty() && !live.Exists(kVfioJournal))) {
    return Fail(ErrorCode::kUnsupported,
                "this daemon takes no devices from their drivers");
  }
  auto journal = vfio::Journal::Open(std::string("/") + kVfioJournal);
  if (!journal) {
    Log(LogLevel::kError, "vfio_journal", {{"what", journal.error().message}});
  }
  return journal;
}

// Without it acceld grants everything but tickets.
std::unique_ptr<TicketBinder> MakeTicketBinder() {
  auto made = TicketBinder::Make();
  if (made) return *std::move(made);
  Log(LogLevel::kWarning, "tickets_unavailable",
      {{"what", made.error().message}});
  return nullptr;
}

// Without it released devices are closed as far as /proc tells.
std::shared_ptr<FilesystemEnds> MakeFilesystemEnds() {
  auto made = FilesystemEnds::Make();
  if (made) return *std::move(made);
  Log(LogLevel::kWarning, "closing_not_proven",
      {{"what", made.error().message}});
  return nullptr;
}

}  // namespace

DeviceBinders::DeviceBinders(const SysRoot& live, Mode mode,
                             const probes::VfioOffers& offers)
    : nodes_(opener_, MakeFilesystemEnds()),
      vfio_({live, sysfs_, opener_, TheKernel(), offers,
             [](dev_t device) {
               return FindHolders(device, {}, "/proc", Look::kDescriptors);
             }},
            OpenVfioJournal(live, mode, offers)),
      tickets_(MakeTicketBinder()) {}

Result<std::unique_ptr<DeviceBinders>> DeviceBinders::Make(
    EventLoop& loop, const SysRoot& live, Mode mode,
    const probes::VfioOffers& offers) {
  std::unique_ptr<DeviceBinders> made(new DeviceBinders(live, mode, offers));
  made->vfio_.Recover();
  if (made->tickets_ == nullptr) return made;
  TicketBinder& tickets = *made->tickets_;
  ACCELD_TRY(made->used_tickets_, loop.WatchFd(tickets.watch().fd(), EPOLLIN,
                                               [&tickets](std::uint32_t) {
                                                 tickets.watch().HandleOpens();
                                               }));
  return made;
}

}  // namespace acceld::daemon
