// The client's end of a software accelerator's queue: submits descriptors of
// virtual addresses and reads their completions. docs/soft-queue.md is the
// manual of the protocol.
//
// A SoftQueue belongs to one thread at a time; different queues are
// independent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "api/soft_queue.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::client {

// A soft device's queue, bound to the address space of this process.
class SoftQueue {
 public:
  // Sends the bind (this process's /proc/self/mem) and waits for its
  // completion. Takes the queue's descriptor. Errors: kDeviceGone (the worker
  // ended), kIo, kPermissionDenied.
  [[nodiscard]] static Result<SoftQueue> Bind(UniqueFd queue);

  // Sends one descriptor; does not wait. The memory must stay valid until the
  // completion arrives. Errors: kBusy (the queue is full: Wait first),
  // kDeviceGone, kIo.
  [[nodiscard]] Status Submit(const api::soft::Descriptor& descriptor);
  // The next completion, in the order of submission. Errors: kDeviceGone,
  // kCorruptInput, kIo.
  [[nodiscard]] Result<api::soft::Completion> Wait();
  // Submit and Wait. A completion with a status other than kOk is a value.
  // Requires: every completion of earlier submissions was waited for.
  [[nodiscard]] Result<api::soft::Completion> Run(
      api::soft::Opcode opcode, std::span<const std::byte> source,
      std::span<std::byte> destination, std::uint64_t parameter = 0);

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  explicit SoftQueue(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
  std::uint64_t next_id_ = 1;
};

}  // namespace acceld::client
