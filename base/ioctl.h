// Ioctls: the seam under calls of ioctl(2), so that code that speaks to VFIO
// and IOMMUFD can be tested without either. Thread-safe.
#pragma once

#include <cstdint>

namespace acceld {

class Ioctls {
 public:
  virtual ~Ioctls() = default;
  // As ioctl(2), begun again where a signal interrupts it: 0 or more, or a
  // negative errno.
  [[nodiscard]] virtual int Call(int fd, unsigned long request,
                                 void* argument) const = 0;

  // For requests whose argument is a number.
  [[nodiscard]] int CallWith(int fd, unsigned long request,
                             std::uintptr_t number) const;
};

class KernelIoctls final : public Ioctls {
 public:
  [[nodiscard]] int Call(int fd, unsigned long request,
                         void* argument) const override;
};

// The kernel's, for who has no other.
[[nodiscard]] const Ioctls& TheKernel();

}  // namespace acceld
