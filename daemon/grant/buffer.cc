#include "daemon/grant/buffer.h"

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <string_view>

namespace acceld::daemon {
namespace {

constexpr std::int64_t kMaxNodes = 1024;  // CONFIG_NODES_SHIFT is at most 10

// "Node 0 MemFree:  123 kB", Documentation/ABI/stable/sysfs-devices-node.
Result<Bytes> FreeOn(std::int64_t node, const SysRoot& root) {
  const std::string path =
      "sys/devices/system/node/node" + std::to_string(node) + "/meminfo";
  ACCELD_TRY(const std::string text, root.ReadFile(path));
  const auto at = text.find("MemFree:");
  const auto digit = at == std::string::npos
                         ? std::string::npos
                         : text.find_first_of("0123456789", at);
  if (digit == std::string::npos) {
    return Fail(ErrorCode::kCorruptInput, "/" + path + ": no MemFree");
  }
  const auto end = text.find_first_not_of("0123456789", digit);
  ACCELD_TRY(const std::int64_t kib,
             ParseInteger(std::string_view(text).substr(digit, end - digit)));
  constexpr std::int64_t kMaxKib =
      std::numeric_limits<std::int64_t>::max() / 1024;
  if (kib > kMaxKib) {
    return Fail(ErrorCode::kCorruptInput, "/" + path + ": MemFree too large");
  }
  return Bytes(kib * 1024);
}

Status BindTo(int fd, Bytes size, std::int64_t node) {
  const auto length = static_cast<std::size_t>(size.value());
  void* pages =
      ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (pages == MAP_FAILED) return FailErrno("map a buffer", errno);
  constexpr std::int64_t kBits = 8 * sizeof(unsigned long);
  std::array<unsigned long, kMaxNodes / kBits> mask{};
  mask[static_cast<std::size_t>(node / kBits)] = 1UL << (node % kBits);
  const long bound = ::syscall(SYS_mbind, pages, length, MPOL_BIND, mask.data(),
                               kMaxNodes + 1, 0);
  const int error = errno;
  (void)::munmap(pages, length);
  if (bound != 0) return FailErrno("bind a buffer to its memory", error);
  return {};
}

}  // namespace

Result<UniqueFd> MakeBuffer(const std::string& name, Bytes size,
                            std::optional<std::int64_t> os_node,
                            const SysRoot& root) {
  if (size.value() <= 0) {
    return Fail(ErrorCode::kInvalidArgument, "an empty buffer");
  }
  if (os_node && (*os_node < 0 || *os_node >= kMaxNodes)) {
    return Fail(ErrorCode::kInvalidArgument,
                "no NUMA node has the number " + std::to_string(*os_node));
  }
  UniqueFd fd(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) return FailErrno("make a buffer", errno);
  if (::ftruncate(fd.get(), size.value()) != 0) {
    return FailErrno("size a buffer", errno);
  }
  if (os_node) {
    ACCELD_TRY(const Bytes free, FreeOn(*os_node, root));
    if (free < size) {
      return Fail(ErrorCode::kNoMemory,
                  "NUMA node " + std::to_string(*os_node) + " has " +
                      ToString(free) + " free, the buffer needs " +
                      ToString(size));
    }
    ACCELD_TRY_VOID(BindTo(fd.get(), size, *os_node));
  }
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) {
    return FailErrno("seal a buffer", errno);
  }
  return fd;
}

}  // namespace acceld::daemon
