#include "client/ticket.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "base/document.h"

namespace acceld::client {
namespace {

// include/uapi/misc/uacce/uacce.h, which not every system has.
constexpr unsigned long kUacceStartQueue = _IO('W', 0);

std::string TextOf(const api::Grant& grant, std::string_view key) {
  const Document* value = grant.details.Find(key);
  const std::string* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
}

std::int64_t PasidWidthOf(const api::Grant& grant) {
  const Document* value = grant.details.Find("pasid_width");
  const auto* width = value == nullptr ? nullptr : value->AsInteger();
  return width == nullptr ? std::numeric_limits<std::int64_t>::max() : *width;
}

// What an errno of open() means for a ticket.
Error Explain(const api::Grant& grant, int error) {
  const std::string device = grant.device + ": ";
  switch (error) {
    case EACCES:
      return {ErrorCode::kPermissionDenied,
              device +
                  "the ticket was revoked, or is another user's, or a "
                  "security module refuses this process",
              error};
    case EPERM:
      return {ErrorCode::kPermissionDenied,
              device +
                  "this process may not open it; its device cgroup must "
                  "allow c " +
                  TextOf(grant, "number") + " rw",
              error};
    case ENXIO:
      return {ErrorCode::kDeviceGone, device + "the device is gone", error};
    case EOVERFLOW:
      return {ErrorCode::kUnsupported,
              device +
                  "this process's PASID is too wide for it; open the "
                  "device with the narrowest PASID first",
              error};
    case ENOSPC:
      return {ErrorCode::kUnsupported,
              device +
                  "there is no PASID for this process: the device takes none, "
                  "or all that it can tell apart are in use",
              error};
    case EOPNOTSUPP:
    case EINVAL:
    case ENODEV:
      return {
          ErrorCode::kUnsupported,
          device +
              "its driver cannot bind this process's memory, or the device is "
              "leaving",
          error};
    case ENOENT:
      if (::access("/proc/self/fd", F_OK) != 0) {
        return {ErrorCode::kUnsupported,
                "no /proc is mounted here, and a ticket is opened through it",
                error};
      }
      [[fallthrough]];
    default:
      return ErrnoError(device + "open the ticket", error);
  }
}

}  // namespace

bool IsTicket(const api::Grant& grant) {
  return grant.role.empty() && (grant.kind == "ticket" || grant.kind == "path");
}

Result<UniqueFd> OpenTicket(const api::Grant& grant) {
  const std::string path = "/proc/self/fd/" + std::to_string(grant.fd.get());
  UniqueFd device(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!device.valid()) return Fail(Explain(grant, errno));
  return device;
}

std::vector<std::size_t> OpeningOrder(std::span<const api::Grant> grants) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    if (IsTicket(grants[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return PasidWidthOf(grants[a]) < PasidWidthOf(grants[b]);
                   });
  return order;
}

Status StartQueue(const api::Grant& grant, int device) {
  if (TextOf(grant, "framework") != "uacce") return {};
  if (::ioctl(device, kUacceStartQueue) == 0) return {};
  const int error = errno;
  if (error == EINVAL) {
    return Fail(Error{ErrorCode::kInvalidArgument,
                      grant.device + ": the queue is not set up, or was "
                                     "started before",
                      error});
  }
  if (error == ENODEV || error == ENXIO) {
    return Fail(Error{ErrorCode::kDeviceGone,
                      grant.device + ": the device is gone", error});
  }
  return FailErrno(grant.device + ": start the queue", error);
}

}  // namespace acceld::client
