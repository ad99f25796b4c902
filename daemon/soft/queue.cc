#include "daemon/soft/queue.h"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace acceld::soft {
namespace {

using api::soft::Completion;
using api::soft::CompletionStatus;
using api::soft::Descriptor;
using api::soft::Opcode;

bool IsKnownVersion(const Descriptor& d) {
  return d.magic == api::soft::kMagic && d.version == api::soft::kVersion;
}

bool IsBareBind(const Descriptor& d) {
  return d.source == 0 && d.source_size == 0 && d.destination == 0 &&
         d.destination_size == 0 && d.parameter == 0;
}

}  // namespace

void Queue::Serve() {
  while (!stop_.load(std::memory_order_relaxed)) {
    std::optional<Request> request = Receive();
    if (!request) return;
    const SteadyTime start = clock_.Now();
    Completion completion = Answer(*std::move(request));
    completion.nanoseconds = static_cast<std::uint64_t>(
        std::chrono::nanoseconds(clock_.Now() - start).count());
    if (!Send(completion)) return;
  }
}

std::optional<Queue::Request> Queue::Receive() {
  Request request;
  iovec part{&request.descriptor, sizeof request.descriptor};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFds * sizeof(int))> control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return std::nullopt;
  request.whole = size == static_cast<ssize_t>(sizeof request.descriptor) &&
                  (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const std::size_t bytes = header->cmsg_len - CMSG_LEN(0);
    for (std::size_t i = 0; i < bytes / sizeof(int); ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      UniqueFd file(fd);  // owned, and closed where there is no room for it
      if (request.file_count < kMaxFds) {
        request.files[request.file_count++] = std::move(file);
      }
    }
  }
  return request;
}

bool Queue::Send(const Completion& completion) {
  ssize_t size = 0;
  do {
    size = ::send(socket_, &completion, sizeof completion, MSG_NOSIGNAL);
  } while (size < 0 && errno == EINTR);
  return size == static_cast<ssize_t>(sizeof completion);
}

Completion Queue::Answer(Request request) {
  const Descriptor& d = request.descriptor;
  Completion completion;
  // The id of a message that was cut short is whatever arrived of it.
  completion.id = d.id;
  CompletionStatus status = CompletionStatus::kBadDescriptor;
  if (request.whole && IsKnownVersion(d) && d.reserved == 0) {
    if (d.opcode == static_cast<std::uint16_t>(Opcode::kBind)) {
      status = Bind(std::move(request));
    } else if (const FunctionEntry* function = FindFunction(d.opcode);
               function != nullptr && request.file_count == 0) {
      status = Run(*function, d, completion);
    }
  }
  completion.status = static_cast<std::uint16_t>(status);
  return completion;
}

CompletionStatus Queue::Bind(Request request) {
  if (request.file_count != 1 || !IsBareBind(request.descriptor)) {
    return CompletionStatus::kBadDescriptor;
  }
  auto memory = AddressSpace::FromMemFile(std::move(request.files[0]));
  if (!memory) return CompletionStatus::kBadDescriptor;
  // A later bind replaces the earlier one: the queue may be handed to a child.
  memory_ = *std::move(memory);
  return CompletionStatus::kOk;
}

CompletionStatus Queue::Run(const FunctionEntry& function, const Descriptor& d,
                            Completion& completion) {
  if (d.parameter != 0 && !function.has_parameter) {
    return CompletionStatus::kBadDescriptor;
  }
  if ((offered_ & MaskOf(function.opcode)) == 0) {
    return CompletionStatus::kNotOffered;
  }
  if (!memory_) return CompletionStatus::kNotBound;
  // Made here and not earlier, so that the pages come from the memory that is
  // near the CPUs this thread was put on.
  if (workspace_ == nullptr) workspace_ = Workspace::Make();
  if (workspace_ == nullptr) return CompletionStatus::kInternal;
  const std::uint64_t id = completion.id;
  Operation operation(d, *memory_, *workspace_, stop_);
  const CompletionStatus status = function.run(operation);
  completion = operation.completion();
  completion.id = id;
  return status;
}

}  // namespace acceld::soft
