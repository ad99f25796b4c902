#include "base/ioctl.h"

#include <sys/ioctl.h>

#include <cerrno>

namespace acceld {

int Ioctls::CallWith(int fd, unsigned long request,
                     std::uintptr_t number) const {
  // ioctl(2) takes either by the same word.
  return Call(fd, request, reinterpret_cast<void*>(number));  // NOLINT
}

int KernelIoctls::Call(int fd, unsigned long request, void* argument) const {
  while (true) {
    const int answer = ::ioctl(fd, request, argument);
    if (answer >= 0) return answer;
    if (errno != EINTR) return -errno;
  }
}

const Ioctls& TheKernel() {
  static const KernelIoctls kKernel;
  return kKernel;
}

}  // namespace acceld
