#include "tests/vm/cases/copy_queue.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

namespace acceld::vm {

int CopyQueue::Copy(const void* source, void* destination,
                    std::size_t size) const {
  copy_queue_copy copy{};
  copy.source = reinterpret_cast<std::uintptr_t>(source);
  copy.destination = reinterpret_cast<std::uintptr_t>(destination);
  copy.size = size;
  return ::ioctl(device_, COPY_QUEUE_COPY, &copy) == 0 ? 0 : errno;
}

copy_queue_owner CopyQueue::Owner() const {
  copy_queue_owner owner{};
  if (::ioctl(device_, COPY_QUEUE_OWNER, &owner) != 0) return {};
  return owner;
}

std::string CheckCopies(int device) {
  // More than one transfer of the device, and no whole number of them.
  std::vector<unsigned char> source(10000);
  std::vector<unsigned char> destination(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    source[i] = static_cast<unsigned char>(i * 7 + i / 256);
  }
  const int error =
      CopyQueue(device).Copy(source.data(), destination.data(), source.size());
  if (error != 0) return std::string("copy: ") + std::strerror(error);
  if (source != destination) return "what it copied is wrong";
  return {};
}

std::string CheckQueue(int device) {
  const copy_queue_owner owner = CopyQueue(device).Owner();
  if (owner.pid != static_cast<std::uint32_t>(::getpid())) {
    return "it is bound to process " + std::to_string(owner.pid) + ", not to " +
           std::to_string(::getpid());
  }
  if (owner.uid != ::getuid()) {
    return "it is bound to user " + std::to_string(owner.uid);
  }
  return CheckCopies(device);
}

}  // namespace acceld::vm
