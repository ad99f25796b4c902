#include "daemon/soft/address_space.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <array>
#include <utility>
#include <vector>

#include "tests/support/client_memory.h"

namespace acceld::soft {
namespace {

using acceld::testing::AddressOf;
using acceld::testing::ClientMemory;
using acceld::testing::OpenOwnMemory;

ErrorCode Refusal(UniqueFd file) {
  const auto memory = AddressSpace::FromMemFile(std::move(file));
  return memory ? ErrorCode::kInternal : memory.error().code;
}

ErrorCode Refusal(const char* path, int flags) {
  UniqueFd file(::open(path, flags | O_CLOEXEC));
  EXPECT_TRUE(file.valid()) << path;
  return Refusal(std::move(file));
}

TEST(AddressSpace, OwnMemFile_IsTaken) {
  EXPECT_TRUE(AddressSpace::FromMemFile(OpenOwnMemory()).has_value());
}

TEST(AddressSpace, OtherFiles_AreRefused) {
  EXPECT_EQ(Refusal("/proc/self/mem", O_RDONLY), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal("/proc/self/mem", O_PATH), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal("/proc/self/comm", O_RDWR), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal("/proc/self", O_RDONLY | O_DIRECTORY),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal("/dev/null", O_RDWR), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal(UniqueFd(::eventfd(0, EFD_CLOEXEC))),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Refusal(UniqueFd(::memfd_create("mem", MFD_CLOEXEC))),
            ErrorCode::kInvalidArgument);
}

TEST(AddressSpace, ReadAndWrite_ActOnThisProcess) {
  const auto memory = AddressSpace::FromMemFile(OpenOwnMemory());
  std::array<std::byte, 3> here{std::byte{1}, std::byte{2}, std::byte{3}};
  std::array<std::byte, 3> copy{};
  EXPECT_EQ(memory->Read(AddressOf(here.data()), copy), 3U);
  EXPECT_EQ(copy, here);
  copy[1] = std::byte{9};
  EXPECT_EQ(memory->Write(AddressOf(here.data()), copy), 3U);
  EXPECT_EQ(here[1], std::byte{9});
}

TEST(AddressSpace, RangeOverTheEnd_MovesUpToThePage) {
  const auto memory = AddressSpace::FromMemFile(OpenOwnMemory());
  const ClientMemory pages(10'000);
  std::vector<std::byte> buffer(20'000);
  const std::uint64_t address = AddressOf(pages.bytes().data());
  EXPECT_EQ(memory->Read(address, buffer), 10'000U);
  EXPECT_EQ(memory->Write(address, buffer), 10'000U);
  EXPECT_EQ(memory->Read(pages.end_address(), buffer), 0U);
}

TEST(AddressSpace, ReadOnlySharedMapping_IsNotWritten) {
  const auto memory = AddressSpace::FromMemFile(OpenOwnMemory());
  constexpr std::size_t kPage = 4096;
  void* page =
      ::mmap(nullptr, kPage, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  std::array<std::byte, 8> bytes{};
  EXPECT_EQ(memory->Write(AddressOf(page), bytes), 0U);
  EXPECT_EQ(memory->Read(AddressOf(page), bytes), 8U);
  ::munmap(page, kPage);
}

}  // namespace
}  // namespace acceld::soft
