// QEMU's edu device in the hands of a program that drives it through VFIO. For
// user processes: errors are texts, "" where there is none.
// Source: docs/specs/edu.rst of QEMU; linux/vfio.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace acceld::vm {

class Edu {
 public:
  // Borrows VFIO's descriptor of the device.
  explicit Edu(int device) : device_(device) {}
  // Unmaps its registers.
  ~Edu();
  Edu(const Edu&) = delete;
  Edu& operator=(const Edu&) = delete;

  // Maps the registers and lets it be master of the bus.
  [[nodiscard]] std::string Start();
  // Of an edu the lowest byte is 0xed.
  [[nodiscard]] std::uint32_t Id() const { return Read32(0); }
  // Copies by DMA, through the device's own buffer; fewer than 4096 bytes
  // (QEMU before 8 dies of as many).
  [[nodiscard]] std::string Copy(std::uint64_t from, std::uint64_t to,
                                 std::size_t size) const;

 private:
  [[nodiscard]] std::uint32_t Read32(std::size_t at) const;
  void Write64(std::size_t at, std::uint64_t value) const;
  [[nodiscard]] std::string Transfer(std::uint64_t from, std::uint64_t to,
                                     std::size_t size,
                                     std::uint64_t command) const;

  int device_ = -1;
  std::size_t size_ = 0;
  void* registers_ = nullptr;
};

}  // namespace acceld::vm
