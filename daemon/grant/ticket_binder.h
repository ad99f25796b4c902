// TicketBinder: grants of the kinds `ticket` and `path`, for devices whose
// open() binds or judges the process that calls it, and for libraries that open
// them by path. The daemon never opens them: it makes a node of the device's
// number that only the client's user may open.
// docs/grants.md is the manual.
#pragma once

#include <memory>

#include "base/result.h"
#include "daemon/grant/binder.h"
#include "daemon/grant/filesystem_ends.h"
#include "daemon/grant/ticket_watch.h"

namespace acceld::daemon {

class TicketBinder final : public Binder {
 public:
  // Errors: those of TicketWatch::Make.
  [[nodiscard]] static Result<std::unique_ptr<TicketBinder>> Make();

  // One grant. Its details: "framework", "driver", "number" ("240:3"), "name"
  // and, where known, "pasid_width"; of kind `path` also "path", where the
  // device is in the mount namespace of the grantee's process. That kind is
  // made where the stage or the device asks for it. The bindings may outlive
  // the binder.
  // Errors: kUnsupported (no node; ACLs; PathMount's), kDeviceGone (it is
  // another device's now), kCorruptInput, kPermissionDenied, kDeadline,
  // kNoMemory, kIo.
  [[nodiscard]] Result<Bound> Bind(const BindRequest& request) override;

  // For the event loop: one-shot tickets that were used.
  [[nodiscard]] TicketWatch& watch() { return *watch_; }

 private:
  TicketBinder(std::unique_ptr<TicketWatch> watch,
               std::shared_ptr<FilesystemEnds> ends)
      : watch_(std::move(watch)), ends_(std::move(ends)) {}

  std::unique_ptr<TicketWatch> watch_;
  std::shared_ptr<FilesystemEnds> ends_;
};

}  // namespace acceld::daemon
