#include "client/ctl/demo_input.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/unique_fd.h"

namespace acceld::ctl {
namespace {

constexpr std::size_t kTurn = 65536;

constexpr std::array<std::string_view, 16> kWords{
    "accelerator ", "bridge ", "buffer ", "device ", "fabric ",  "graph ",
    "kernel ",      "lease ",  "link ",   "memory ", "package ", "pipeline ",
    "placement ",   "queue ",  "stage ",  "switch ",
};

// xorshift64*: the same bytes everywhere (Vigna, "An experimental exploration
// of Marsaglia's xorshift generators, scrambled").
class Noise {
 public:
  std::uint64_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DULL;
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15ULL;
};

void FillWords(std::span<std::byte> turn, Noise& noise) {
  while (!turn.empty()) {
    const std::string_view word = kWords[noise.Next() >> 60];
    const std::size_t size = std::min(word.size(), turn.size());
    std::memcpy(turn.data(), word.data(), size);
    turn = turn.subspan(size);
  }
}

void FillNoise(std::span<std::byte> turn, Noise& noise) {
  while (!turn.empty()) {
    const std::uint64_t word = noise.Next();
    const std::size_t size = std::min(sizeof word, turn.size());
    std::memcpy(turn.data(), &word, size);
    turn = turn.subspan(size);
  }
}

Result<std::span<std::byte>> MapMemory(std::size_t size, int protection,
                                       int flags, int fd) {
  void* memory = ::mmap(nullptr, size, protection, flags, fd, 0);
  if (memory == MAP_FAILED) return FailErrno("map", errno);
  return std::span(static_cast<std::byte*>(memory), size);
}

}  // namespace

Result<DemoInput> DemoInput::Map(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return FailErrno(path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return FailErrno(path, errno);
  if (!S_ISREG(status.st_mode) || status.st_size == 0) {
    return Fail(ErrorCode::kInvalidArgument,
                path + ": the demo needs a file that is not empty");
  }
  auto bytes = MapMemory(static_cast<std::size_t>(status.st_size), PROT_READ,
                         MAP_PRIVATE, file.get());
  if (!bytes) return Fail(std::move(bytes.error()).In(path));
  return DemoInput(*bytes, path);
}

Result<DemoInput> DemoInput::Make(Bytes size) {
  if (size.value() <= 0) {
    return Fail(ErrorCode::kInvalidArgument, "the size must be more than 0");
  }
  ACCELD_TRY(auto bytes, MapMemory(static_cast<std::size_t>(size.value()),
                                   PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1));
  Noise noise;
  std::span<std::byte> rest = bytes;
  for (int turn = 0; !rest.empty(); ++turn) {
    const auto part = rest.first(std::min(kTurn, rest.size()));
    switch (turn % 3) {
      case 0:
        FillWords(part, noise);
        break;
      case 1:
        std::memset(part.data(), turn & 0xff, part.size());
        break;
      default:
        FillNoise(part, noise);
    }
    rest = rest.subspan(part.size());
  }
  return DemoInput(bytes, "test data");
}

DemoInput::DemoInput(DemoInput&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), name_(std::move(other.name_)) {}

DemoInput::~DemoInput() {
  if (!bytes_.empty()) (void)::munmap(bytes_.data(), bytes_.size());
}

Status WriteFile(const std::string& path, std::span<const std::byte> bytes) {
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.valid()) return FailErrno(path, errno);
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FailErrno(path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

}  // namespace acceld::ctl
