#include "tests/vm/cases/edu.h"

#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace acceld::vm {
namespace {

constexpr std::size_t kDmaSource = 0x80;
constexpr std::size_t kDmaDestination = 0x88;
constexpr std::size_t kDmaCount = 0x90;
constexpr std::size_t kDmaCommand = 0x98;
constexpr std::uint64_t kStart = 1;
constexpr std::uint64_t kFromDevice = 2;
constexpr std::uint64_t kBuffer = 0x40000;  // the device's own 4 KiB

std::string Failed(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

}  // namespace

Edu::~Edu() {
  if (registers_ != nullptr) ::munmap(registers_, size_);
}

std::string Edu::Start() {
  vfio_region_info config{};
  config.argsz = sizeof config;
  config.index = VFIO_PCI_CONFIG_REGION_INDEX;
  if (::ioctl(device_, VFIO_DEVICE_GET_REGION_INFO, &config) != 0) {
    return Failed("configuration space");
  }
  constexpr off_t kCommand = 4;  // PCI_COMMAND: memory and bus master
  const std::uint16_t command = 0x6;
  if (::pwrite(device_, &command, sizeof command,
               static_cast<off_t>(config.offset) + kCommand) < 0) {
    return Failed("bus master");
  }
  vfio_region_info bar{};
  bar.argsz = sizeof bar;
  bar.index = VFIO_PCI_BAR0_REGION_INDEX;
  if (::ioctl(device_, VFIO_DEVICE_GET_REGION_INFO, &bar) != 0) {
    return Failed("registers");
  }
  void* at = ::mmap(nullptr, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED,
                    device_, static_cast<off_t>(bar.offset));
  if (at == MAP_FAILED) return Failed("mmap of the registers");
  registers_ = at;
  size_ = bar.size;
  return {};
}

std::string Edu::Copy(std::uint64_t from, std::uint64_t to,
                      std::size_t size) const {
  const std::string in = Transfer(from, kBuffer, size, kStart);
  return in.empty() ? Transfer(kBuffer, to, size, kStart | kFromDevice) : in;
}

std::uint32_t Edu::Read32(std::size_t at) const {
  return *reinterpret_cast<volatile std::uint32_t*>(
      static_cast<char*>(registers_) + at);
}

void Edu::Write64(std::size_t at, std::uint64_t value) const {
  *reinterpret_cast<volatile std::uint64_t*>(static_cast<char*>(registers_) +
                                             at) = value;
}

std::string Edu::Transfer(std::uint64_t from, std::uint64_t to,
                          std::size_t size, std::uint64_t command) const {
  Write64(kDmaSource, from);
  Write64(kDmaDestination, to);
  Write64(kDmaCount, size);
  Write64(kDmaCommand, command);
  for (int waited = 0; waited < 60'000; ++waited) {
    if ((Read32(kDmaCommand) & kStart) == 0) return {};
    ::usleep(1000);
  }
  return "a transfer does not end";
}

}  // namespace acceld::vm
