#include "tests/support/client_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>
#include <string_view>

#include "base/check.h"

namespace acceld::testing {
namespace {

std::size_t PageSize() {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t RoundUp(std::size_t size) {
  return (size + PageSize() - 1) / PageSize() * PageSize();
}

// Makes a page one that nobody can access. Not by PROT_NONE, which
// /proc/PID/mem overrides as a debugger would; and not by unmapping it, because
// something else could be mapped there: by mapping a file behind its end.
void Forbid(std::byte* page) {
  const UniqueFd empty(::memfd_create("empty", MFD_CLOEXEC));
  ACCELD_CHECK(::mmap(page, PageSize(), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_FIXED, empty.get(), 0) == page);
}

}  // namespace

ClientMemory::ClientMemory(std::size_t size)
    : mapped_(RoundUp(size) + PageSize()) {
  void* memory = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ACCELD_CHECK(memory != MAP_FAILED);
  base_ = static_cast<std::byte*>(memory);
  const std::size_t usable = mapped_ - PageSize();
  Forbid(base_ + usable);
  bytes_ = {base_ + usable - size, size};
}

ClientMemory::~ClientMemory() { (void)::munmap(base_, mapped_); }

std::uint64_t ClientMemory::end_address() const {
  return AddressOf(bytes_.data() + bytes_.size());
}

std::uint64_t ClientMemory::UnmapPageOf(std::size_t offset) {
  const std::uint64_t address = AddressOf(bytes_.data() + offset);
  const std::uint64_t page = address - address % PageSize();
  Forbid(base_ + (page - AddressOf(base_)));
  return page;
}

void FillRandom(std::span<std::byte> bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
}

void FillText(std::span<std::byte> bytes, std::uint64_t seed) {
  constexpr std::string_view kLetters = "eeeeetttaaooinshrdlu  ,.";
  std::mt19937_64 random(seed);
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(kLetters[random() % kLetters.size()]);
  }
}

UniqueFd OpenOwnMemory() {
  UniqueFd memory(::open("/proc/self/mem", O_RDWR | O_CLOEXEC));
  ACCELD_CHECK(memory.valid());
  return memory;
}

std::uint64_t AddressOf(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

}  // namespace acceld::testing
