// A queue as the worker serves it: reads requests from the client's socket,
// runs them one after another, answers each in order.
//
// One object and one thread per queue. A client that floods its queue without
// reading completions blocks this thread and nobody else.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "api/soft_queue.h"
#include "base/clock.h"
#include "base/unique_fd.h"
#include "daemon/soft/address_space.h"
#include "daemon/soft/functions/opcode_mask.h"
#include "daemon/soft/functions/table.h"
#include "daemon/soft/operation.h"

namespace acceld::soft {

class Queue {
 public:
  // `socket` (blocking, SOCK_SEQPACKET), `clock` and `stop` must outlive the
  // queue. `offered`: the opcodes that this queue was granted for.
  // Setting `stop` ends a running operation at its next chunk; shutting the
  // socket down ends the waiting.
  Queue(int socket, OpcodeMask offered, const Clock& clock,
        const std::atomic<bool>& stop)
      : socket_(socket), offered_(offered), clock_(clock), stop_(stop) {}

  // Serves until the client closes its end, or the socket is shut down.
  void Serve();

 private:
  // Room for one descriptor more than a request may carry: more than that, and
  // the kernel drops the rest and marks the message.
  static constexpr std::size_t kMaxFds = 2;
  struct Request {
    api::soft::Descriptor descriptor;
    std::array<UniqueFd, kMaxFds> files;
    std::size_t file_count = 0;
    bool whole = false;  // neither too short nor cut
  };

  // Nothing at the end of the queue.
  [[nodiscard]] std::optional<Request> Receive();
  [[nodiscard]] bool Send(const api::soft::Completion& completion);
  [[nodiscard]] api::soft::Completion Answer(Request request);
  [[nodiscard]] api::soft::CompletionStatus Bind(Request request);
  [[nodiscard]] api::soft::CompletionStatus Run(
      const FunctionEntry& function, const api::soft::Descriptor& descriptor,
      api::soft::Completion& completion);

  const int socket_;
  const OpcodeMask offered_;
  const Clock& clock_;
  const std::atomic<bool>& stop_;
  std::optional<AddressSpace> memory_;    // what the last Bind gave
  std::unique_ptr<Workspace> workspace_;  // made when first needed
};

}  // namespace acceld::soft
