#include "daemon/soft/address_space.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

namespace acceld::soft {
namespace {

// File offsets are signed: an address above this is the kernel's half of the
// address space, which no process has memory in.
constexpr std::uint64_t kHighestOffset = 0x7fff'ffff'ffff'ffff;

Status CheckMode(int file) {
  const int flags = ::fcntl(file, F_GETFL);
  if (flags < 0) return FailErrno("flags of the mem file", errno);
  // O_PATH shows as access mode 0 and is refused with the rest.
  if ((flags & O_ACCMODE) != O_RDWR || (flags & O_PATH) != 0) {
    return Fail(ErrorCode::kInvalidArgument, "the mem file is not read-write");
  }
  return {};
}

Status CheckFileSystem(int file) {
  struct statfs system {};
  if (::fstatfs(file, &system) != 0) {
    return FailErrno("file system of the mem file", errno);
  }
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    return FailErrno("status of the mem file", errno);
  }
  if (system.f_type != PROC_SUPER_MAGIC || !S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, "not a file of /proc");
  }
  return {};
}

// The kernel's own name of the open file. It is not a path to walk (nothing is
// opened by it), and a client cannot choose names in procfs: only
// /proc/PID/mem and /proc/PID/task/TID/mem end so.
Status CheckName(int file) {
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  std::array<char, 4096> name{};
  const ssize_t size = ::readlink(link.c_str(), name.data(), name.size());
  if (size < 0) return FailErrno("name of the mem file", errno);
  const std::string_view path(name.data(), static_cast<std::size_t>(size));
  if (!path.ends_with("/mem")) {
    return Fail(ErrorCode::kInvalidArgument, "a file of /proc, but not mem");
  }
  return {};
}

// Repeats `move` (offset in the transfer -> ssize_t) until all has moved or the
// kernel says that it cannot.
template <typename Move>
std::size_t MoveAll(std::uint64_t address, std::size_t size, Move move) {
  std::size_t moved = 0;
  while (moved < size) {
    const std::uint64_t at = address + moved;
    if (at < address || at > kHighestOffset) break;
    const ssize_t step = move(static_cast<off_t>(at), moved);
    if (step > 0) {
      moved += static_cast<std::size_t>(step);
    } else if (step == 0 || errno != EINTR) {
      break;  // 0: the process is gone, and its memory with it
    }
  }
  return moved;
}

}  // namespace

Result<AddressSpace> AddressSpace::FromMemFile(UniqueFd file) {
  ACCELD_TRY_VOID(CheckMode(file.get()));
  ACCELD_TRY_VOID(CheckFileSystem(file.get()));
  ACCELD_TRY_VOID(CheckName(file.get()));
  return AddressSpace(std::move(file));
}

std::size_t AddressSpace::Read(std::uint64_t address,
                               std::span<std::byte> into) const {
  return MoveAll(address, into.size(), [&](off_t at, std::size_t done) {
    return ::pread(file_.get(), into.data() + done, into.size() - done, at);
  });
}

std::size_t AddressSpace::Write(std::uint64_t address,
                                std::span<const std::byte> from) const {
  return MoveAll(address, from.size(), [&](off_t at, std::size_t done) {
    return ::pwrite(file_.get(), from.data() + done, from.size() - done, at);
  });
}

}  // namespace acceld::soft
