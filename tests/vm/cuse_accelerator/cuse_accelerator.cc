// An accelerator that is a process: a character device (CUSE) whose queues copy
// in the address space of the process that opened them, as a uacce device with
// shared virtual addressing does. It prints who opened it: the proof of whom a
// grant binds.
//
//   cuse_accelerator NAME
//
// makes /dev/NAME, prints "serving NAME" and a line for every open, and runs
// until SIGTERM. Needs the module cuse, and root. One opener may have several
// queues; tests/vm/uacce_edu/copy_queue.h says what they take.
//
// Source: linux/fuse.h, Documentation/filesystems/fuse-io.rst, and
// fs/fuse/cuse.c for the order of CUSE_INIT.
#include <fcntl.h>
#include <linux/fuse.h>
#include <misc/uacce/uacce.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "tests/vm/uacce_edu/copy_queue.h"

namespace acceld::vm {
namespace {

using Bytes = std::span<const std::byte>;

// The process of a thread; the thread itself where that cannot be read. CUSE
// names the thread that called open().
std::uint32_t ProcessOf(std::uint32_t thread) {
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  for (std::string word; status >> word;) {
    if (word != "Tgid:") continue;
    std::uint32_t process = 0;
    if (status >> process) return process;
  }
  return thread;
}

template <typename T>
bool Parse(Bytes bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  return true;
}

template <typename T>
Bytes BytesOf(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

// A queue: whose memory it works in.
struct Queue {
  copy_queue_owner owner{};
  bool is_started = false;

  // An errno, 0 where all was copied.
  [[nodiscard]] int Copy(const copy_queue_copy& copy) const {
    if (!is_started || copy.size == 0 || copy.size > COPY_QUEUE_MOST) {
      return EINVAL;
    }
    std::vector<std::byte> data(copy.size);
    const iovec here{data.data(), data.size()};
    iovec there{reinterpret_cast<void*>(copy.source), data.size()};
    const auto pid = static_cast<pid_t>(owner.pid);
    const auto size = static_cast<ssize_t>(data.size());
    ssize_t done = ::process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (done == size) {
      there.iov_base = reinterpret_cast<void*>(copy.destination);
      done = ::process_vm_writev(pid, &here, 1, &there, 1, 0);
    }
    if (done == size) return 0;
    return done < 0 ? errno : EFAULT;
  }
};

class Accelerator {
 public:
  explicit Accelerator(std::string name) : name_(std::move(name)) {}

  // Serves until the device is taken away; false where there is no CUSE.
  bool Serve() {
    constexpr std::size_t kMessage = std::size_t{1} << 17;
    const UniqueFd cuse(::open("/dev/cuse", O_RDWR | O_CLOEXEC));
    if (!cuse.valid()) return false;
    cuse_ = cuse.get();
    std::vector<std::byte> message(kMessage);
    while (true) {
      const ssize_t size = ::read(cuse_, message.data(), message.size());
      if (size < 0 && errno != EINTR && errno != ENOENT) return true;
      fuse_in_header header;
      if (size < 0 || !Parse(Bytes(message), header)) continue;
      Answer(header, Bytes(message)
                         .first(static_cast<std::size_t>(size))
                         .subspan(sizeof header));
    }
  }

 private:
  static constexpr std::uint32_t kTransfer = 65536;  // bytes a read or write

  void Answer(const fuse_in_header& header, Bytes body) {
    switch (header.opcode) {
      case CUSE_INIT:
        return Initialise(header);
      case FUSE_OPEN:
        return Open(header);
      case FUSE_IOCTL:
        return Control(header, body);
      case FUSE_RELEASE:
        return Release(header, body);
      case FUSE_INTERRUPT:
      case FUSE_FORGET:
        return;  // take no answer
      default:
        return Reply(header, ENOSYS);
    }
  }

  // The device appears once this is answered.
  void Initialise(const fuse_in_header& header) {
    cuse_init_out out{};
    out.major = 7;  // fuse.h: versions of the protocol that this speaks
    out.minor = 31;
    out.max_read = kTransfer;
    out.max_write = kTransfer;
    const std::string info = "DEVNAME=" + name_;
    const std::span<const char> text(info.c_str(), info.size() + 1);
    Reply(header, 0, BytesOf(out), std::as_bytes(text));
    std::printf("serving %s\n", name_.c_str());
  }

  void Open(const fuse_in_header& header) {
    Queue queue;
    queue.owner.pid = ProcessOf(header.pid);
    queue.owner.uid = header.uid;
    fuse_open_out out{};
    out.fh = next_++;
    out.open_flags = FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE;
    queues_[out.fh] = queue;
    std::printf("opened by process %u of user %u\n", queue.owner.pid,
                queue.owner.uid);
    Reply(header, 0, BytesOf(out));
  }

  void Release(const fuse_in_header& header, Bytes body) {
    fuse_release_in in;
    if (Parse(body, in)) queues_.erase(in.fh);
    Reply(header, 0);
  }

  void Control(const fuse_in_header& header, Bytes body) {
    fuse_ioctl_in in;
    if (!Parse(body, in)) return Reply(header, EINVAL);
    const auto found = queues_.find(in.fh);
    if (found == queues_.end()) return Reply(header, EBADF);
    Queue& queue = found->second;
    fuse_ioctl_out out{};
    copy_queue_copy copy;
    switch (in.cmd) {
      case UACCE_CMD_START_Q:
        out.result = queue.is_started ? -EINVAL : 0;
        queue.is_started = true;
        break;
      case UACCE_CMD_PUT_Q:
        queue.is_started = false;
        break;
      case COPY_QUEUE_OWNER:
        return Reply(header, 0, BytesOf(out), BytesOf(queue.owner));
      case COPY_QUEUE_COPY:
        out.result =
            Parse(body.subspan(sizeof in), copy) ? -queue.Copy(copy) : -EINVAL;
        break;
      default:
        return Reply(header, ENOTTY);
    }
    Reply(header, 0, BytesOf(out));
  }

  void Reply(const fuse_in_header& header, int error, Bytes body = {},
             Bytes more = {}) const {
    fuse_out_header out{};
    out.len =
        static_cast<std::uint32_t>(sizeof out + body.size() + more.size());
    out.error = -error;
    out.unique = header.unique;
    const auto part = [](Bytes bytes) {
      return iovec{const_cast<std::byte*>(bytes.data()), bytes.size()};
    };
    const std::array parts = {part(BytesOf(out)), part(body), part(more)};
    // ENOENT: the caller was interrupted and is gone.
    if (::writev(cuse_, parts.data(), parts.size()) < 0 && errno != ENOENT) {
      std::fprintf(stderr, "cuse_accelerator: %s\n", std::strerror(errno));
    }
  }

  std::string name_;
  int cuse_ = -1;
  std::map<std::uint64_t, Queue> queues_;  // by file handle
  std::uint64_t next_ = 1;
};

}  // namespace
}  // namespace acceld::vm

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: cuse_accelerator NAME\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (acceld::vm::Accelerator(argv[1]).Serve()) return 0;
  std::fprintf(stderr, "/dev/cuse: %s\n", std::strerror(errno));
  return 1;
}
