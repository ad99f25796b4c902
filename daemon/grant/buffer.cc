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
#include <utility>

namespace acceld::daemon {
namespace {

constexpr std::int64_t kMaxNodes = 1024;  // CONFIG_NODES_SHIFT is at most 10

// A number of kB behind `key`, as /proc/meminfo and its kind have them.
Result<Bytes> ReadKib(const std::string& path, std::string_view key,
                      const SysRoot& root) {
  ACCELD_TRY(const std::string text, root.ReadFile(path));
  const auto at = text.find(key);
  const auto digit = at == std::string::npos
                         ? std::string::npos
                         : text.find_first_of("0123456789", at);
  if (digit == std::string::npos) {
    return Fail(ErrorCode::kCorruptInput,
                "/" + path + ": no " + std::string(key));
  }
  const auto end = text.find_first_not_of("0123456789", digit);
  ACCELD_TRY(const std::int64_t kib,
             ParseInteger(std::string_view(text).substr(digit, end - digit)));
  constexpr std::int64_t kMaxKib =
      std::numeric_limits<std::int64_t>::max() / 1024;
  if (kib > kMaxKib) {
    return Fail(ErrorCode::kCorruptInput,
                "/" + path + ": " + std::string(key) + " too large");
  }
  return Bytes(kib * 1024);
}

// "Node 0 MemFree:  123 kB", Documentation/ABI/stable/sysfs-devices-node.
Result<Bytes> FreeOn(std::int64_t node, const SysRoot& root) {
  return ReadKib(
      "sys/devices/system/node/node" + std::to_string(node) + "/meminfo",
      "MemFree:", root);
}

Error TooLittle(std::optional<std::int64_t> node, const std::string& free,
                Bytes size) {
  const std::string where =
      node ? "NUMA node " + std::to_string(*node) : "the machine";
  return {ErrorCode::kNoMemory,
          where + " has " + free + " free, the buffer needs " + ToString(size),
          0};
}

// A mapping of a whole buffer, while it is being made.
class Mapping {
 public:
  static Result<Mapping> Of(int fd, Bytes size) {
    const auto length = static_cast<std::size_t>(size.value());
    void* pages =
        ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (pages == MAP_FAILED) return FailErrno("map a buffer", errno);
    return Mapping(pages, length);
  }
  Mapping(Mapping&& other) noexcept
      : pages_(std::exchange(other.pages_, nullptr)), length_(other.length_) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping() {
    if (pages_ != nullptr) (void)::munmap(pages_, length_);
  }

  // Pages that are not there yet come from this node, whoever touches them.
  [[nodiscard]] Status BindTo(std::int64_t node) const;
  // Every page is there after.
  [[nodiscard]] Status Populate() const {
    if (::madvise(pages_, length_, MADV_POPULATE_WRITE) == 0) return {};
    return FailErrno("fill a buffer with pages", errno);
  }

 private:
  Mapping(void* pages, std::size_t length) : pages_(pages), length_(length) {}
  void* pages_;
  std::size_t length_;
};

Status Mapping::BindTo(std::int64_t node) const {
  constexpr std::int64_t kBits = 8 * sizeof(unsigned long);
  std::array<unsigned long, kMaxNodes / kBits> mask{};
  mask[static_cast<std::size_t>(node / kBits)] = 1UL << (node % kBits);
  if (::syscall(SYS_mbind, pages_, length_, MPOL_BIND, mask.data(),
                kMaxNodes + 1, 0) != 0) {
    return FailErrno("bind a buffer to its memory", errno);
  }
  return {};
}

Status CheckAsked(Bytes size, std::optional<std::int64_t> os_node) {
  if (size.value() <= 0) {
    return Fail(ErrorCode::kInvalidArgument, "an empty buffer");
  }
  if (os_node && (*os_node < 0 || *os_node >= kMaxNodes)) {
    return Fail(ErrorCode::kInvalidArgument,
                "no NUMA node has the number " + std::to_string(*os_node));
  }
  return {};
}

Result<UniqueFd> MakeFile(const std::string& name, Bytes size, unsigned flags) {
  UniqueFd fd(
      ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | flags));
  if (!fd.valid()) return FailErrno("make a buffer", errno);
  if (::ftruncate(fd.get(), size.value()) != 0) {
    return FailErrno("size a buffer", errno);
  }
  return fd;
}

Result<UniqueFd> Seal(UniqueFd fd) {
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) {
    return FailErrno("seal a buffer", errno);
  }
  return fd;
}

// Free pages of the pool, of one node or of all.
Result<std::int64_t> FreeHugePages(std::optional<std::int64_t> node, Bytes page,
                                   const SysRoot& root) {
  const std::string pool =
      "hugepages/hugepages-" + std::to_string(page.value() / 1024) + "kB";
  ACCELD_TRY(const std::string text,
             root.ReadAttribute((node ? "sys/devices/system/node/node" +
                                            std::to_string(*node) + "/"
                                      : std::string("sys/kernel/mm/")) +
                                pool + "/free_hugepages"));
  return ParseInteger(text);
}

}  // namespace

Result<UniqueFd> MakeBuffer(const std::string& name, Bytes size,
                            std::optional<std::int64_t> os_node,
                            const SysRoot& root) {
  ACCELD_TRY_VOID(CheckAsked(size, os_node));
  ACCELD_TRY(UniqueFd fd, MakeFile(name, size, 0));
  if (os_node) {
    ACCELD_TRY(const Bytes free, FreeOn(*os_node, root));
    if (free < size) return Fail(TooLittle(os_node, ToString(free), size));
    ACCELD_TRY(const Mapping mapping, Mapping::Of(fd.get(), size));
    ACCELD_TRY_VOID(mapping.BindTo(*os_node));
  }
  return Seal(std::move(fd));
}

Result<UniqueFd> MakeHugeBuffer(const std::string& name, Bytes size,
                                std::optional<std::int64_t> os_node,
                                const SysRoot& root) {
  ACCELD_TRY_VOID(CheckAsked(size, os_node));
  const auto page = ReadKib("proc/meminfo", "Hugepagesize:", root);
  if (!page || page->value() <= 0) {
    return Fail(ErrorCode::kUnsupported, "this kernel has no huge pages");
  }
  const std::int64_t pages = 1 + (size.value() - 1) / page->value();
  ACCELD_TRY(const std::int64_t free, FreeHugePages(os_node, *page, root));
  const Bytes whole(pages * page->value());
  if (free < pages) {
    return Fail(TooLittle(
        os_node, std::to_string(free) + " huge pages of " + ToString(*page),
        whole));
  }
  ACCELD_TRY(UniqueFd fd, MakeFile(name, whole, MFD_HUGETLB));
  ACCELD_TRY(const Mapping mapping, Mapping::Of(fd.get(), whole));
  // A huge file has no memory policy of its own: what is bound is how this
  // mapping takes pages, and it takes all of them.
  if (os_node) ACCELD_TRY_VOID(mapping.BindTo(*os_node));
  if (auto filled = mapping.Populate(); !filled) {
    filled.error().code = ErrorCode::kNoMemory;
    return Fail(std::move(filled.error()));
  }
  return Seal(std::move(fd));
}

}  // namespace acceld::daemon
