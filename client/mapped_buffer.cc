#include "client/mapped_buffer.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace acceld::client {

Result<MappedBuffer> MappedBuffer::Map(const api::Grant& grant) {
  if (grant.kind != "buffer") {
    return Fail(ErrorCode::kUnsupported,
                "the grant of stage " + grant.stage + " is no buffer");
  }
  struct stat status {};
  if (::fstat(grant.fd.get(), &status) != 0) {
    return FailErrno("look at the link buffer", errno);
  }
  // A mapping beyond the end would be a SIGBUS at the first touch.
  if (grant.size <= 0 || status.st_size < grant.size) {
    return Fail(ErrorCode::kCorruptInput,
                "the link buffer is smaller than acceld says");
  }
  const auto size = static_cast<std::size_t>(grant.size);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED,
                        grant.fd.get(), 0);
  if (memory == MAP_FAILED) return FailErrno("map the link buffer", errno);
  return MappedBuffer({static_cast<std::byte*>(memory), size});
}

MappedBuffer::MappedBuffer(MappedBuffer&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

MappedBuffer& MappedBuffer::operator=(MappedBuffer&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedBuffer::~MappedBuffer() {
  if (!bytes_.empty()) (void)::munmap(bytes_.data(), bytes_.size());
}

}  // namespace acceld::client
