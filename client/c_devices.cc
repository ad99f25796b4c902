// The C API's devices that the client opens itself.
#include <cstddef>
#include <cstdint>

#include "base/unique_fd.h"
#include "client/acceld.h"
#include "client/c_handles.h"
#include "client/ticket.h"

using acceld::Status;
using acceld::UniqueFd;
using acceld::client::Guarded;
using acceld::client::RequireAll;

int acceld_open_device(acceld_lease* lease, const char* stage, int64_t replica,
                       int* fd, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease, stage, fd));
    ACCELD_TRY(UniqueFd device, lease->lease.OpenDevice(stage, replica));
    *fd = device.Release();
    return {};
  });
}

int acceld_ticket_at(const acceld_lease* lease, size_t index,
                     acceld_grant* grant) {
  if (lease == nullptr || grant == nullptr) return ACCELD_INVALID_ARGUMENT;
  std::size_t of_all = 0;
  const int found = Guarded(nullptr, [&]() -> Status {
    const auto order = acceld::client::OpeningOrder(lease->lease.grants());
    if (index >= order.size()) {
      return acceld::Fail(acceld::ErrorCode::kNotFound, "no such ticket");
    }
    of_all = order[index];
    return {};
  });
  return found == ACCELD_OK ? acceld_grant_at(lease, of_all, grant) : found;
}

int acceld_start_queue(acceld_lease* lease, const char* stage, int64_t replica,
                       int fd, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease, stage));
    return lease->lease.StartQueue(stage, replica, fd);
  });
}
