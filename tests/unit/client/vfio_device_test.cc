#include "client/vfio_device.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/vfio_abi.h"

namespace acceld::client {
namespace {

constexpr std::uint64_t kPage = 4096;

// VFIO as the kernel answers it: one range of addresses, and what is mapped.
class FakeIommu final : public Ioctls {
 public:
  struct Pages {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint32_t flags = 0;
  };
  [[nodiscard]] int Call(int /*fd*/, unsigned long request,
                         void* argument) const override {
    switch (request) {
      case VFIO_IOMMU_GET_INFO:
        return Info(static_cast<vfio_iommu_type1_info*>(argument));
      case vfio::kIoasIovaRanges:
        return Ranges(static_cast<vfio::IoasIovaRanges*>(argument));
      case VFIO_IOMMU_MAP_DMA: {
        const auto* map = static_cast<vfio_iommu_type1_dma_map*>(argument);
        return Map(map->iova, {map->vaddr, map->size, map->flags});
      }
      case vfio::kIoasMap: {
        const auto* map = static_cast<vfio::IoasMap*>(argument);
        EXPECT_EQ(map->ioas_id, 7U);
        return Map(map->iova, {map->user_va, map->length, map->flags});
      }
      case VFIO_IOMMU_UNMAP_DMA: {
        const auto* unmap = static_cast<vfio_iommu_type1_dma_unmap*>(argument);
        return Unmap(unmap->iova, unmap->size);
      }
      case vfio::kIoasUnmap: {
        const auto* unmap = static_cast<vfio::IoasUnmap*>(argument);
        return Unmap(unmap->iova, unmap->length);
      }
      default:
        return -ENOTTY;
    }
  }

  std::vector<vfio::IovaRange> ranges = {{0, ~std::uint64_t{0}}};
  bool tells_ranges = true;
  int map_answer = 0;                             // for all maps
  std::uint64_t highest = ~std::uint64_t{0};      // EINVAL beyond
  mutable std::map<std::uint64_t, Pages> mapped;  // by device address

 private:
  int Info(vfio_iommu_type1_info* info) const {
    if (!tells_ranges) return 0;
    using Head = vfio_iommu_type1_info_cap_iova_range;
    const std::size_t whole =
        sizeof *info + sizeof(Head) + ranges.size() * sizeof(vfio::IovaRange);
    info->flags = VFIO_IOMMU_INFO_CAPS;
    if (info->argsz >= whole) {
      info->cap_offset = sizeof *info;
      auto* bytes = reinterpret_cast<std::byte*>(info) + sizeof *info;
      vfio_info_cap_header header{};
      header.id = VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE;
      const auto count = static_cast<__u32>(ranges.size());
      std::memset(bytes, 0, sizeof(Head));
      std::memcpy(bytes, &header, sizeof header);
      std::memcpy(bytes + offsetof(Head, nr_iovas), &count, sizeof count);
      std::memcpy(bytes + sizeof(Head), ranges.data(),
                  ranges.size() * sizeof(vfio::IovaRange));
    }
    info->argsz = static_cast<__u32>(whole);
    return 0;
  }
  int Ranges(vfio::IoasIovaRanges* asked) const {
    const auto room = asked->num_iovas;
    asked->num_iovas = static_cast<__u32>(ranges.size());
    if (room < ranges.size()) return -EMSGSIZE;
    std::memcpy(reinterpret_cast<void*>(asked->allowed_iovas),  // NOLINT
                ranges.data(), ranges.size() * sizeof(vfio::IovaRange));
    return 0;
  }
  int Map(std::uint64_t iova, const Pages& pages) const {
    if (map_answer != 0) return map_answer;
    if (iova + (pages.size - 1) > highest) return -EINVAL;
    EXPECT_EQ(iova % kPage, 0U);
    EXPECT_EQ(pages.address % kPage, 0U);
    EXPECT_EQ(pages.size % kPage, 0U);
    return mapped.emplace(iova, pages).second ? 0 : -EEXIST;
  }
  int Unmap(std::uint64_t iova, std::uint64_t size) const {
    const auto found = mapped.find(iova);
    if (found == mapped.end() || found->second.size != size) return -ENOENT;
    mapped.erase(found);
    return 0;
  }
};

api::Grant GrantOf(const std::string& role) {
  api::Grant grant;
  grant.stage = "read";
  grant.kind = "fd";
  grant.role = role;
  grant.details = Document::Object{{"framework", "vfio"}, {"ioas", 7}};
  grant.fd.Reset(::memfd_create("vfio", MFD_CLOEXEC));
  return grant;
}

std::vector<api::Grant> Grants(bool by_iommufd) {
  std::vector<api::Grant> grants;
  grants.push_back(GrantOf(""));
  if (by_iommufd) {
    grants.push_back(GrantOf("iommufd"));
  } else {
    grants.push_back(GrantOf("container"));
    grants.push_back(GrantOf("group"));
  }
  return grants;
}

// Three pages of its own.
class VfioDeviceTest : public ::testing::TestWithParam<bool> {
 protected:
  VfioDevice Open() {
    auto device = VfioDevice::Open(Grants(GetParam()), iommu_);
    EXPECT_TRUE(device) << (device ? "" : device.error().message);
    return *std::move(device);
  }
  [[nodiscard]] std::span<std::byte> Bytes(std::size_t from, std::size_t size) {
    return std::span(pages_).subspan(from, size);
  }
  [[nodiscard]] std::uint64_t AddressOf(std::size_t offset) const {
    return reinterpret_cast<std::uintptr_t>(pages_.data()) + offset;
  }

  FakeIommu iommu_;
  alignas(kPage) std::array<std::byte, 3 * kPage> pages_{};
};

TEST_P(VfioDeviceTest, Map_GivesTheAddressOfThisProcess) {
  VfioDevice device = Open();
  {
    const auto mapping = device.Map(Bytes(100, kPage));
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->device_address(), AddressOf(100));
    ASSERT_EQ(iommu_.mapped.size(), 1U);
    EXPECT_EQ(iommu_.mapped.begin()->first, AddressOf(0));
    EXPECT_EQ(iommu_.mapped.begin()->second.size, 2 * kPage);
  }
  EXPECT_TRUE(iommu_.mapped.empty());
}

TEST_P(VfioDeviceTest, AddressThatTheDeviceCannotForm_IsReplaced) {
  VfioDevice device = Open();
  VfioMapOptions options;
  options.highest = 0xfffffff;
  const auto mapping = device.Map(Bytes(8, 16), options);
  ASSERT_TRUE(mapping) << mapping.error().message;
  EXPECT_EQ(mapping->device_address(), kPage + 8);
  EXPECT_EQ(iommu_.mapped.begin()->second.address, AddressOf(0));
}

TEST_P(VfioDeviceTest, AddressThatTheIommuDoesNotTake_IsReplaced) {
  iommu_.ranges = {{0x100000, 0x1fffff}};
  VfioDevice device = Open();
  const auto mapping = device.Map(Bytes(0, kPage));
  ASSERT_TRUE(mapping) << mapping.error().message;
  EXPECT_EQ(mapping->device_address(), 0x100000U);
}

TEST_P(VfioDeviceTest, SharedPage_IsMappedAgainElsewhere) {
  VfioDevice device = Open();
  const auto first = device.Map(Bytes(0, 8));
  const auto second = device.Map(Bytes(8, 8));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->device_address(), AddressOf(0));
  EXPECT_NE(second->device_address(), AddressOf(8));
  EXPECT_EQ(second->device_address() % kPage, 8U);
  EXPECT_EQ(iommu_.mapped.size(), 2U);
}

TEST_P(VfioDeviceTest, Directions_AreTheDevices) {
  VfioDevice device = Open();
  VfioMapOptions options;
  options.device_writes = false;
  const auto mapping = device.Map(Bytes(0, 8), options);
  ASSERT_TRUE(mapping);
  EXPECT_EQ(iommu_.mapped.begin()->second.flags,
            GetParam() ? vfio::kMapFixedIova | vfio::kMapReadable
                       : VFIO_DMA_MAP_FLAG_READ);
}

TEST_P(VfioDeviceTest, MappingMayOutliveTheDeviceObject) {
  auto mapping = [&] { return *Open().Map(Bytes(0, 8)); }();
  EXPECT_EQ(iommu_.mapped.size(), 1U);
  VfioMapping moved = std::move(mapping);
  EXPECT_EQ(iommu_.mapped.size(), 1U);
}

TEST_P(VfioDeviceTest, Failures_AreToldApartAndLeaveNothingTaken) {
  const std::pair<int, ErrorCode> answers[] = {
      {-ENOMEM, ErrorCode::kNoMemory},
      {-ENOSPC, ErrorCode::kNoMemory},
      {-EFAULT, ErrorCode::kPermissionDenied},
      {-EIO, ErrorCode::kIo}};
  VfioDevice device = Open();
  for (const auto& [answer, code] : answers) {
    iommu_.map_answer = answer;
    const auto mapping = device.Map(Bytes(0, 8));
    ASSERT_FALSE(mapping);
    EXPECT_EQ(mapping.error().code, code) << answer;
  }
  iommu_.map_answer = 0;
  const auto mapping = device.Map(Bytes(0, 8));
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->device_address(), AddressOf(0));
}

TEST_P(VfioDeviceTest, NothingAndTooMuch_AreRefused) {
  VfioDevice device = Open();
  EXPECT_EQ(device.Map({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(
      device.Map({pages_.data(), VfioDevice::kMostBytes + 1}).error().code,
      ErrorCode::kInvalidArgument);
  VfioMapOptions options;
  options.highest = kPage - 1;
  EXPECT_EQ(device.Map(Bytes(0, 8), options).error().code,
            ErrorCode::kUnsupported);
}

INSTANTIATE_TEST_SUITE_P(GroupAndIommufd, VfioDeviceTest, ::testing::Bool());

TEST(VfioDevice, KernelThatDoesNotSayWhatItTakes_IsAskedByTrying) {
  FakeIommu iommu;
  iommu.tells_ranges = false;
  iommu.highest = 0xffffffff;
  auto device = VfioDevice::Open(Grants(false), iommu);
  ASSERT_TRUE(device);
  std::byte byte{};
  const auto mapping = device->Map({&byte, 1});
  ASSERT_TRUE(mapping) << mapping.error().message;
  EXPECT_LE(mapping->device_address(), 0xffffffffU);
}

TEST(VfioDevice, GrantsThatAreNotAVfioDevices_AreRefused) {
  const FakeIommu iommu;
  const auto code_of = [&](std::vector<api::Grant> grants) {
    const auto device = VfioDevice::Open(std::move(grants), iommu);
    return device ? ErrorCode::kInternal : device.error().code;
  };
  auto other = Grants(false);
  other[0].details = Document();
  EXPECT_EQ(code_of(std::move(other)), ErrorCode::kUnsupported);
  auto taken = Grants(false);
  taken[0].fd.Reset();
  EXPECT_EQ(code_of(std::move(taken)), ErrorCode::kBusy);
  auto half = Grants(false);
  half.erase(half.begin() + 1);
  EXPECT_EQ(code_of(std::move(half)), ErrorCode::kCorruptInput);
  auto nameless = Grants(true);
  nameless[1].details = Document::Object{{"framework", "vfio"}};
  EXPECT_EQ(code_of(std::move(nameless)), ErrorCode::kCorruptInput);
  EXPECT_EQ(code_of({}), ErrorCode::kCorruptInput);
}

}  // namespace
}  // namespace acceld::client
