#include "client/soft_queue.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <span>
#include <string>

#include "base/send_with_fd.h"

namespace acceld::client {
namespace {

using api::soft::Completion;
using api::soft::CompletionStatus;
using api::soft::Descriptor;
using api::soft::Opcode;

constexpr std::uint64_t kBindId = 0;

std::uint64_t AddressOf(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

tl::unexpected<Error> SendFailed(int sys_errno) {
  switch (sys_errno) {
    case EPIPE:
    case ECONNRESET:
    case ENOTCONN:
      return Fail(ErrorCode::kDeviceGone, "the soft queue is closed");
    case EAGAIN:
      return Fail(ErrorCode::kBusy,
                  "the soft queue is full; wait for a completion first");
    default:
      return FailErrno("send to the soft queue", sys_errno);
  }
}

// Sends `descriptor`, with `attached` as SCM_RIGHTS unless it is -1.
Status Send(int queue, const Descriptor& descriptor, int attached, int flags) {
  const int error = SendWithFd(queue, std::as_bytes(std::span(&descriptor, 1)),
                               attached, flags);
  if (error != 0) return SendFailed(error);
  return {};
}

Status CheckBound(const Completion& completion) {
  if (completion.status == static_cast<std::uint16_t>(CompletionStatus::kOk)) {
    return {};
  }
  return Fail(ErrorCode::kIo, "the worker refused the bind with status " +
                                  std::to_string(completion.status));
}

}  // namespace

Result<SoftQueue> SoftQueue::Bind(UniqueFd queue) {
  const UniqueFd memory(::open("/proc/self/mem", O_RDWR | O_CLOEXEC));
  if (!memory.valid()) return FailErrno("open /proc/self/mem", errno);
  SoftQueue bound(std::move(queue));
  Descriptor bind;
  bind.opcode = static_cast<std::uint16_t>(Opcode::kBind);
  bind.id = kBindId;
  ACCELD_TRY_VOID(Send(bound.fd(), bind, memory.get(), 0));
  ACCELD_TRY(const Completion completion, bound.Wait());
  ACCELD_TRY_VOID(CheckBound(completion));
  return bound;
}

Status SoftQueue::Submit(const Descriptor& descriptor) {
  // Never waits: a client that blocks here while the worker waits for it to
  // read completions would be a deadlock.
  return Send(fd(), descriptor, -1, MSG_DONTWAIT);
}

Result<Completion> SoftQueue::Wait() {
  Completion completion;
  for (;;) {
    const ssize_t size = ::recv(fd(), &completion, sizeof completion, 0);
    if (size == static_cast<ssize_t>(sizeof completion)) break;
    if (size == 0 || (size < 0 && errno == ECONNRESET)) {
      return Fail(ErrorCode::kDeviceGone, "the soft queue is closed");
    }
    if (size > 0) {
      return Fail(ErrorCode::kCorruptInput, "a completion of a wrong size");
    }
    if (errno != EINTR) return FailErrno("receive from the soft queue", errno);
  }
  if (completion.magic != api::soft::kMagic ||
      completion.version != api::soft::kVersion) {
    return Fail(ErrorCode::kCorruptInput, "a completion of a wrong version");
  }
  return completion;
}

Result<Completion> SoftQueue::Run(Opcode opcode,
                                  std::span<const std::byte> source,
                                  std::span<std::byte> destination,
                                  std::uint64_t parameter) {
  Descriptor descriptor;
  descriptor.opcode = static_cast<std::uint16_t>(opcode);
  descriptor.id = next_id_++;
  descriptor.source = AddressOf(source.data());
  descriptor.source_size = source.size();
  descriptor.destination = AddressOf(destination.data());
  descriptor.destination_size = destination.size();
  descriptor.parameter = parameter;
  ACCELD_TRY_VOID(Submit(descriptor));
  ACCELD_TRY(const Completion completion, Wait());
  if (completion.id != descriptor.id) {
    return Fail(ErrorCode::kInvalidArgument,
                "Run while earlier submissions were not waited for");
  }
  return completion;
}

}  // namespace acceld::client
