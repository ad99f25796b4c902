// The C API's VFIO devices.
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include "client/acceld.h"
#include "client/c_handles.h"
#include "client/vfio_device.h"

struct acceld_vfio {
  acceld::client::VfioDevice device;
  std::map<std::uint64_t, acceld::client::VfioMapping> mappings;  // by address
};

namespace {

using acceld::ErrorCode;
using acceld::Fail;
using acceld::Status;
using acceld::client::Guarded;
using acceld::client::RequireAll;
using acceld::client::VfioMapOptions;

}  // namespace

int acceld_open_vfio(acceld_lease* lease, const char* stage, int64_t replica,
                     acceld_vfio** device, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease, stage, device));
    ACCELD_TRY(auto opened, lease->lease.OpenVfio(stage, replica));
    *device = new acceld_vfio{std::move(opened), {}};
    return {};
  });
}

void acceld_close_vfio(acceld_vfio* device) { delete device; }

int acceld_vfio_fd(const acceld_vfio* device) { return device->device.fd(); }

int acceld_vfio_map(acceld_vfio* device, void* memory, size_t size,
                    const acceld_vfio_options* options,
                    uint64_t* device_address, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(device, memory, device_address));
    VfioMapOptions how;
    if (options != nullptr) {
      if (options->struct_size < sizeof(acceld_vfio_options)) {
        return Fail(ErrorCode::kInvalidArgument, "struct_size is wrong");
      }
      how.device_reads = options->device_reads != 0;
      how.device_writes = options->device_writes != 0;
      how.highest = options->highest;
    }
    ACCELD_TRY(auto mapping,
               device->device.Map(
                   std::span(static_cast<std::byte*>(memory), size), how));
    const std::uint64_t address = mapping.device_address();
    device->mappings.emplace(address, std::move(mapping));
    *device_address = address;
    return {};
  });
}

int acceld_vfio_unmap(acceld_vfio* device, uint64_t device_address,
                      acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(device));
    if (device->mappings.erase(device_address) != 0) return {};
    return Fail(ErrorCode::kNotFound, "nothing is mapped at that address");
  });
}
