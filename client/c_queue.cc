// The C API's queues and buffers.
#include <cstdint>

#include "api/soft_queue.h"
#include "client/acceld.h"
#include "client/c_handles.h"

namespace {

using acceld::Status;
using acceld::api::soft::Completion;
using acceld::api::soft::CompletionStatus;
using acceld::api::soft::Descriptor;
using acceld::api::soft::Opcode;
using acceld::client::Guarded;
using acceld::client::RequireAll;

// C's names for the numbers of the protocol.
static_assert(ACCELD_COPY == static_cast<int>(Opcode::kCopy));
static_assert(ACCELD_COMPRESS_DEFLATE ==
              static_cast<int>(Opcode::kCompressDeflate));
static_assert(ACCELD_DECOMPRESS_DEFLATE ==
              static_cast<int>(Opcode::kDecompressDeflate));
static_assert(ACCELD_DIGEST_SHA256 == static_cast<int>(Opcode::kDigestSha256));
static_assert(ACCELD_CHECKSUM_CRC32C ==
              static_cast<int>(Opcode::kChecksumCrc32c));
static_assert(ACCELD_TRANSFORM_XOR == static_cast<int>(Opcode::kTransformXor));
static_assert(ACCELD_WORK_INTERNAL ==
              static_cast<int>(CompletionStatus::kInternal));
static_assert(ACCELD_WORK_BAD_SOURCE ==
              static_cast<int>(CompletionStatus::kBadSource));

std::uint64_t AddressOf(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

}  // namespace

int acceld_open_queue(acceld_lease* lease, const char* stage, int64_t replica,
                      acceld_queue** queue, acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease, stage, queue));
    ACCELD_TRY(auto opened, lease->lease.OpenQueue(stage, replica));
    *queue = new acceld_queue{std::move(opened)};
    return {};
  });
}

void acceld_close_queue(acceld_queue* queue) { delete queue; }

int acceld_queue_fd(const acceld_queue* queue) { return queue->queue.fd(); }

int acceld_submit(acceld_queue* queue, const acceld_work* work,
                  acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(queue, work));
    if (work->struct_size < sizeof(acceld_work) || work->opcode < 0 ||
        work->opcode > UINT16_MAX) {
      return acceld::Fail(acceld::ErrorCode::kInvalidArgument,
                          "struct_size or opcode of the work is wrong");
    }
    Descriptor descriptor;
    descriptor.opcode = static_cast<std::uint16_t>(work->opcode);
    descriptor.id = work->id;
    descriptor.source = AddressOf(work->source);
    descriptor.source_size = work->source_size;
    descriptor.destination = AddressOf(work->destination);
    descriptor.destination_size = work->destination_size;
    descriptor.parameter = work->parameter;
    return queue->queue.Submit(descriptor);
  });
}

int acceld_wait(acceld_queue* queue, acceld_completion* completion,
                acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(queue, completion));
    ACCELD_TRY(const Completion came, queue->queue.Wait());
    acceld_completion full{};
    full.status = came.status;
    full.id = came.id;
    full.bytes_read = came.bytes_read;
    full.bytes_written = came.bytes_written;
    full.result = came.result;
    full.fault_address = came.fault_address;
    full.nanoseconds = came.nanoseconds;
    acceld::client::CopyOut(full, completion);
    return {};
  });
}

int acceld_map_buffer(acceld_lease* lease, int64_t link, acceld_buffer** buffer,
                      acceld_error* error) {
  return Guarded(error, [&]() -> Status {
    ACCELD_TRY_VOID(RequireAll(lease, buffer));
    ACCELD_TRY(auto mapped, lease->lease.MapBuffer(link));
    *buffer = new acceld_buffer{std::move(mapped)};
    return {};
  });
}

void* acceld_buffer_address(const acceld_buffer* buffer) {
  return buffer->buffer.bytes().data();
}

size_t acceld_buffer_size(const acceld_buffer* buffer) {
  return buffer->buffer.bytes().size();
}

void acceld_unmap_buffer(acceld_buffer* buffer) { delete buffer; }
