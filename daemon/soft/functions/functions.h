// What the software accelerators can do. One file each; every function works
// through the client's memory in chunks and holds no state between operations.
//
// A function returns the completion's status; the rest of the completion is
// collected by the Operation. Thread-safe: each call works on its own
// Operation.
#pragma once

#include "api/soft_queue.h"
#include "daemon/soft/operation.h"

namespace acceld::soft {

// Copies the source to the destination; the two may overlap in any way.
[[nodiscard]] api::soft::CompletionStatus Copy(Operation& operation);

// Copy, each byte XORed with byte (position mod 8) of the key `parameter`
// (little-endian). In place where source and destination are the same.
[[nodiscard]] api::soft::CompletionStatus TransformXor(Operation& operation);

// Source: RFC 1951, by zlib. Source and destination must not overlap
// (kBadDescriptor), because output may overtake input.
[[nodiscard]] api::soft::CompletionStatus CompressDeflate(Operation& operation);
// Stops at the end of the stream; bytes_read says where that was. kCorrupt
// where the data is no DEFLATE stream or ends before the stream does.
[[nodiscard]] api::soft::CompletionStatus DecompressDeflate(
    Operation& operation);

// Source: FIPS 180-4, by OpenSSL.
[[nodiscard]] api::soft::CompletionStatus DigestSha256(Operation& operation);
// Has OpenSSL look up SHA-256 now: the first use takes locks, memory and
// possibly files that a sandboxed worker shall not need. False where OpenSSL
// has no SHA-256.
[[nodiscard]] bool PrepareDigestSha256();

// CRC-32C (RFC 3720, appendix B.4), by ISA-L. `parameter` is the checksum of
// what came before (0: nothing did).
[[nodiscard]] api::soft::CompletionStatus ChecksumCrc32c(Operation& operation);

}  // namespace acceld::soft
