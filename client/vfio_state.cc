#include "client/vfio_state.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>

#include "base/vfio_abi.h"

namespace acceld::client {
namespace {

// A few ranges between what firmware reserves; a kernel that says many more
// says nothing that could be believed.
constexpr std::uint32_t kMostRanges = 4096;
constexpr std::uint32_t kMostInfoBytes = 1 << 16;

std::vector<IovaRange> Plain(std::span<const vfio::IovaRange> ranges) {
  std::vector<IovaRange> plain;
  for (const vfio::IovaRange& range : ranges) {
    if (range.start <= range.last) plain.push_back({range.start, range.last});
  }
  return plain;
}

Result<std::vector<IovaRange>> RangesOfIommufd(const VfioState& state) {
  vfio::IoasIovaRanges asked{};
  asked.size = sizeof asked;
  asked.ioas_id = state.ioas;
  int answer =
      state.ioctls.Call(state.iommufd.get(), vfio::kIoasIovaRanges, &asked);
  // Without room for them it says how many there are.
  if (answer < 0 && answer != -EMSGSIZE) {
    return FailErrno("IOMMU_IOAS_IOVA_RANGES", -answer);
  }
  if (asked.num_iovas > kMostRanges) {
    return Fail(ErrorCode::kCorruptInput, "too many ranges of I/O addresses");
  }
  std::vector<vfio::IovaRange> ranges(asked.num_iovas);
  asked.allowed_iovas = reinterpret_cast<std::uintptr_t>(ranges.data());
  answer =
      state.ioctls.Call(state.iommufd.get(), vfio::kIoasIovaRanges, &asked);
  if (answer < 0) return FailErrno("IOMMU_IOAS_IOVA_RANGES", -answer);
  if (asked.num_iovas < ranges.size()) ranges.resize(asked.num_iovas);
  return Plain(ranges);
}

// A structure at `offset` of what the kernel wrote; nothing beyond its end.
template <typename Struct>
bool ReadAt(std::span<const std::byte> bytes, std::size_t offset, Struct& out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof out) return false;
  std::memcpy(&out, bytes.data() + offset, sizeof out);
  return true;
}

// The capability VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE of the answer to
// VFIO_IOMMU_GET_INFO. Offsets only grow, so that a chain has an end.
std::vector<IovaRange> FindRanges(std::span<const std::byte> info,
                                  std::size_t offset) {
  vfio_info_cap_header header{};
  while (ReadAt(info, offset, header)) {
    if (header.id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE) {
      using Ranges = vfio_iommu_type1_info_cap_iova_range;
      __u32 count = 0;
      if (!ReadAt(info, offset + offsetof(Ranges, nr_iovas), count)) return {};
      std::vector<vfio::IovaRange> found;
      vfio::IovaRange one{};
      for (std::size_t i = 0;
           i < count &&
           ReadAt(info, offset + sizeof(Ranges) + i * sizeof one, one);
           ++i) {
        found.push_back(one);
      }
      return Plain(found);
    }
    if (header.next <= offset) return {};
    offset = header.next;
  }
  return {};
}

Result<std::vector<IovaRange>> RangesOfContainer(const VfioState& state) {
  vfio_iommu_type1_info head{};
  head.argsz = sizeof head;
  int answer =
      state.ioctls.Call(state.container.get(), VFIO_IOMMU_GET_INFO, &head);
  if (answer < 0) return FailErrno("VFIO_IOMMU_GET_INFO", -answer);
  if ((head.flags & VFIO_IOMMU_INFO_CAPS) == 0) return std::vector<IovaRange>();
  if (head.argsz < sizeof head || head.argsz > kMostInfoBytes) {
    return Fail(ErrorCode::kCorruptInput, "VFIO_IOMMU_GET_INFO: its size");
  }
  std::vector<std::byte> info(head.argsz);
  head.flags = 0;
  std::memcpy(info.data(), &head, sizeof head);
  answer = state.ioctls.Call(state.container.get(), VFIO_IOMMU_GET_INFO,
                             info.data());
  if (answer < 0) return FailErrno("VFIO_IOMMU_GET_INFO", -answer);
  if (!ReadAt(std::span<const std::byte>(info), 0, head) ||
      (head.flags & VFIO_IOMMU_INFO_CAPS) == 0 || head.cap_offset == 0) {
    return std::vector<IovaRange>();
  }
  return FindRanges(info, head.cap_offset);
}

}  // namespace

int VfioState::Map(const DmaPages& pages) const {
  if (by_iommufd()) {
    vfio::IoasMap map{};
    map.size = sizeof map;
    map.flags = vfio::kMapFixedIova |
                (pages.device_reads ? vfio::kMapReadable : 0) |
                (pages.device_writes ? vfio::kMapWriteable : 0);
    map.ioas_id = ioas;
    map.user_va = pages.address;
    map.length = pages.size;
    map.iova = pages.iova;
    return ioctls.Call(iommufd.get(), vfio::kIoasMap, &map);
  }
  vfio_iommu_type1_dma_map map{};
  map.argsz = sizeof map;
  map.flags = (pages.device_reads ? VFIO_DMA_MAP_FLAG_READ : 0U) |
              (pages.device_writes ? VFIO_DMA_MAP_FLAG_WRITE : 0U);
  map.vaddr = pages.address;
  map.iova = pages.iova;
  map.size = pages.size;
  return ioctls.Call(container.get(), VFIO_IOMMU_MAP_DMA, &map);
}

int VfioState::Unmap(std::uint64_t iova, std::uint64_t size) const {
  if (by_iommufd()) {
    vfio::IoasUnmap unmap{};
    unmap.size = sizeof unmap;
    unmap.ioas_id = ioas;
    unmap.iova = iova;
    unmap.length = size;
    return ioctls.Call(iommufd.get(), vfio::kIoasUnmap, &unmap);
  }
  vfio_iommu_type1_dma_unmap unmap{};
  unmap.argsz = sizeof unmap;
  unmap.iova = iova;
  unmap.size = size;
  return ioctls.Call(container.get(), VFIO_IOMMU_UNMAP_DMA, &unmap);
}

Result<std::vector<IovaRange>> ReadIovaRanges(const VfioState& state) {
  return state.by_iommufd() ? RangesOfIommufd(state) : RangesOfContainer(state);
}

}  // namespace acceld::client
