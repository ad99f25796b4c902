#include "client/vfio_device.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "client/vfio_state.h"

namespace acceld::client {
namespace {

// From here on the IOMMU can use one entry for many pages, if the address has
// the alignment too.
constexpr std::uint64_t kHugePage = std::uint64_t{2} << 20;

std::uint64_t PageSize() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string LockLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return "not known";
  if (limit.rlim_cur == RLIM_INFINITY) return "unlimited";
  return std::to_string(limit.rlim_cur) + " bytes";
}

tl::unexpected<Error> MapFault(int answer, std::uint64_t size) {
  const std::string what = "map " + std::to_string(size) + " bytes for DMA";
  if (answer == -ENOMEM) {
    return Fail(Error{ErrorCode::kNoMemory,
                      what +
                          ": out of memory, or of memory that this process may "
                          "lock: RLIMIT_MEMLOCK is " +
                          LockLimit() + " (ulimit -l, limits.conf(5))",
                      ENOMEM});
  }
  if (answer == -EFAULT) {
    return Fail(Error{ErrorCode::kPermissionDenied,
                      what + ": not all of it is mapped and writable here",
                      EFAULT});
  }
  if (answer == -ENOSPC) {
    return Fail(Error{ErrorCode::kNoMemory,
                      what + ": too many mappings (vfio_iommu_type1."
                             "dma_entry_limit)",
                      ENOSPC});
  }
  return FailErrno(what, -answer);
}

const std::string* TextIn(const api::Grant& grant, std::string_view name) {
  const Document* value = grant.details.Find(name);
  return value == nullptr ? nullptr : value->AsString();
}

// An IOMMUFD without its address space could map nothing.
Result<std::uint32_t> IoasOf(const api::Grant& grant) {
  const Document* value = grant.details.Find("ioas");
  const std::int64_t* ioas = value == nullptr ? nullptr : value->AsInteger();
  if (ioas != nullptr && *ioas >= 0 &&
      *ioas <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(*ioas);
  }
  return Fail(ErrorCode::kCorruptInput,
              "acceld does not say which address space the device has");
}

Status TakeDescriptors(std::vector<api::Grant>& grants, VfioState& state) {
  for (api::Grant& grant : grants) {
    if (!IsVfio(grant)) {
      return Fail(ErrorCode::kUnsupported,
                  "the device of stage " + grant.stage + " is not VFIO's");
    }
    if (!grant.fd.valid()) {
      return Fail(ErrorCode::kBusy,
                  "the device of stage " + grant.stage + " was opened before");
    }
    if (grant.role.empty()) state.device = std::move(grant.fd);
    if (grant.role == "container") state.container = std::move(grant.fd);
    if (grant.role == "group") state.group = std::move(grant.fd);
    if (grant.role == "iommufd") {
      ACCELD_TRY(state.ioas, IoasOf(grant));
      state.iommufd = std::move(grant.fd);
    }
  }
  if (state.device.valid() &&
      (state.container.valid() || state.iommufd.valid())) {
    return {};
  }
  return Fail(ErrorCode::kCorruptInput,
              "the grants of a VFIO device are not complete");
}

}  // namespace

bool IsVfio(const api::Grant& grant) {
  const std::string* framework = TextIn(grant, "framework");
  return grant.kind == "fd" && framework != nullptr &&
         (*framework == "vfio" || *framework == "mdev");
}

VfioMapping& VfioMapping::operator=(VfioMapping&& other) noexcept {
  if (this == &other) return *this;
  Unmap();
  state_ = std::move(other.state_);
  memory_ = other.memory_;
  iova_ = other.iova_;
  offset_ = other.offset_;
  size_ = other.size_;
  return *this;
}

VfioMapping::~VfioMapping() { Unmap(); }

void VfioMapping::Unmap() noexcept {
  if (state_ == nullptr || size_ == 0) return;
  // What the kernel did not unmap stays taken.
  if (state_->Unmap(iova_, size_) >= 0) state_->space.Free(iova_);
  state_.reset();
}

Result<VfioDevice> VfioDevice::Open(std::vector<api::Grant> grants,
                                    const Ioctls& ioctls) {
  auto state = std::make_shared<VfioState>(ioctls);
  ACCELD_TRY_VOID(TakeDescriptors(grants, *state));
  ACCELD_TRY(std::vector<IovaRange> ranges, ReadIovaRanges(*state));
  state->space = IovaSpace(std::move(ranges));
  return VfioDevice(std::move(state));
}

int VfioDevice::fd() const { return state_->device.get(); }

Result<VfioMapping> VfioDevice::Map(std::span<std::byte> memory,
                                    const VfioMapOptions& options) {
  if (memory.empty() || memory.size() > kMostBytes) {
    return Fail(ErrorCode::kInvalidArgument, "memory for DMA must have 1 to " +
                                                 std::to_string(kMostBytes) +
                                                 " bytes");
  }
  const std::uint64_t page = PageSize();
  const auto begin = reinterpret_cast<std::uintptr_t>(memory.data());
  VfioMapping mapping(state_, memory);
  mapping.offset_ = begin % page;
  DmaPages pages;
  pages.address = begin - mapping.offset_;
  pages.size = (mapping.offset_ + memory.size() + page - 1) / page * page;
  pages.device_reads = options.device_reads;
  pages.device_writes = options.device_writes;
  // At its own address first. Where the kernel did not say which it takes, the
  // answer may still be no.
  IovaSpace& space = state_->space;
  std::optional<std::uint64_t> iova;
  int answer = -EINVAL;
  if (space.TakeAt(pages.address, pages.size, options.highest)) {
    iova = pages.address;
    pages.iova = *iova;
    answer = state_->Map(pages);
    if (answer == -EINVAL) space.Free(*iova);
  }
  if (answer == -EINVAL) {
    iova = space.Take(pages.size, pages.size >= kHugePage ? kHugePage : page,
                      options.highest);
    if (!iova) {
      return Fail(ErrorCode::kUnsupported,
                  "no " + std::to_string(pages.size) +
                      " bytes of addresses that the device can form are free");
    }
    pages.iova = *iova;
    answer = state_->Map(pages);
  }
  if (answer < 0) {
    space.Free(*iova);
    return MapFault(answer, pages.size);
  }
  mapping.iova_ = *iova;
  mapping.size_ = pages.size;
  return mapping;
}

}  // namespace acceld::client
