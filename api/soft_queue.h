// The queue of a software accelerator: what travels on the SOCK_SEQPACKET
// socket that a `soft` grant is. Little-endian, natural alignment, one message
// each way per operation. docs/soft-queue.md is the manual.
//
// 1. The client sends Bind with its own /proc/self/mem (O_RDWR) as SCM_RIGHTS.
//    From then on the worker reads and writes the client's virtual addresses:
//    shared virtual addressing without hardware. It answers with a Completion.
// 2. The client sends Descriptors; nothing but addresses crosses the socket.
//    The worker answers each with one Completion, in order.
// 3. Either end closes the socket; the worker forgets the address space.
#pragma once

#include <cstdint>

namespace acceld::api::soft {

inline constexpr std::uint32_t kMagic = 0x46534341;  // "ACSF"
inline constexpr std::uint16_t kVersion = 1;

enum class Opcode : std::uint16_t {
  kBind = 1,
  kCopy = 2,             // source -> destination
  kCompressDeflate = 3,  // raw DEFLATE; `parameter`: level 0..9
  kDecompressDeflate = 4,
  kDigestSha256 = 5,    // 32 bytes to destination
  kChecksumCrc32c = 6,  // result in Completion::result; seed `parameter`
  kTransformXor = 7,    // `parameter`: 8-byte key, repeated
};

enum class CompletionStatus : std::uint16_t {
  kOk = 0,
  kBadDescriptor = 1,   // magic, version, opcode or flags
  kNotBound = 2,        // no address space yet
  kNotOffered = 3,      // this queue was granted for another function
  kBadSource = 4,       // a source address is not mapped; `fault_address`
  kBadDestination = 5,  // a destination address is not mapped or read-only
  kTooSmall = 6,        // the destination does not hold the result
  kCorrupt = 7,         // the data is not what the function expects
  kInternal = 8,        // out of memory or the like; the queue stands
};

// 64 bytes.
struct Descriptor {
  std::uint32_t magic = kMagic;
  std::uint16_t version = kVersion;
  std::uint16_t opcode = 0;
  std::uint64_t id = 0;           // the client's, returned in the completion
  std::uint64_t source = 0;       // virtual addresses of the client
  std::uint64_t source_size = 0;  // bytes
  std::uint64_t destination = 0;
  std::uint64_t destination_size = 0;
  std::uint64_t parameter = 0;
  std::uint64_t reserved = 0;  // zero
};
static_assert(sizeof(Descriptor) == 64);

// 64 bytes.
struct Completion {
  std::uint32_t magic = kMagic;
  std::uint16_t version = kVersion;
  std::uint16_t status = 0;
  std::uint64_t id = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t result = 0;         // checksum/crc32c
  std::uint64_t fault_address = 0;  // kBadSource, kBadDestination
  std::uint64_t nanoseconds = 0;    // the worker spent on it
  std::uint64_t reserved = 0;
};
static_assert(sizeof(Completion) == 64);

}  // namespace acceld::api::soft
