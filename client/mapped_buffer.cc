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
  // All of it: of huge pages, only whole ones can be unmapped.
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED,
                        grant.fd.get(), 0);
  if (memory == MAP_FAILED) return FailErrno("map the link buffer", errno);
  return MappedBuffer({static_cast<std::byte*>(memory), size},
                      static_cast<std::size_t>(grant.size));
}

MappedBuffer::MappedBuffer(MappedBuffer&& other) noexcept
    : mapped_(std::exchange(other.mapped_, {})),
      bytes_(std::exchange(other.bytes_, {})) {}

MappedBuffer& MappedBuffer::operator=(MappedBuffer&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedBuffer::~MappedBuffer() {
  if (!mapped_.empty()) (void)::munmap(mapped_.data(), mapped_.size());
}

}  // namespace acceld::client
