// What the opaque handles of client/acceld.h are, and the edge where faults and
// exceptions become codes. Private to the C API.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/result.h"
#include "client/acceld.h"
#include "client/client.h"
#include "client/mapped_buffer.h"
#include "client/soft_queue.h"

struct acceld_client {
  acceld::client::Client client;
};

struct acceld_lease {
  acceld::client::Lease lease;
  std::string placement;  // JSON
};

struct acceld_queue {
  acceld::client::SoftQueue queue;
};

struct acceld_buffer {
  acceld::client::MappedBuffer buffer;
};

namespace acceld::client {

// The negative code of a fault.
[[nodiscard]] int CodeOf(ErrorCode code);
// Fills the caller's error as far as the caller's version of it goes.
void Fill(acceld_error* error, int code, const Error& fault);

// Copies a structure to a caller that may know fewer members of it. Keeps the
// caller's size. Requires: both begin with struct_size.
template <typename Struct>
void CopyOut(const Struct& from, Struct* to) {
  constexpr std::size_t kHead = sizeof(std::size_t);
  const std::size_t size = std::min(to->struct_size, sizeof(Struct));
  if (size <= kHead) return;
  std::memcpy(reinterpret_cast<char*>(to) + kHead,
              reinterpret_cast<const char*>(&from) + kHead, size - kHead);
}

// Runs the body of a C function: () -> Status.
template <typename Body>
int Guarded(acceld_error* error, Body body) {
  Error fault;
  try {
    const Status status = body();
    if (status) return ACCELD_OK;
    fault = status.error();
  } catch (const std::bad_alloc&) {
    fault.code = ErrorCode::kNoMemory;
  } catch (const std::exception&) {
    fault.code = ErrorCode::kInternal;
  }
  const int code = CodeOf(fault.code);
  Fill(error, code, fault);
  return code;
}

// Errors: kInvalidArgument where any of the pointers is null.
template <typename... Pointers>
Status RequireAll(const Pointers*... pointers) {
  if (((pointers != nullptr) && ...)) return {};
  return Fail(ErrorCode::kInvalidArgument, "a required argument is NULL");
}

}  // namespace acceld::client
