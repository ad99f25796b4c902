#include <isa-l/crc.h>

#include "daemon/soft/functions/functions.h"

namespace acceld::soft {

using api::soft::CompletionStatus;

CompletionStatus ChecksumCrc32c(Operation& operation) {
  const api::soft::Descriptor& d = operation.descriptor();
  if (d.parameter > UINT32_MAX) return CompletionStatus::kBadDescriptor;
  // ISA-L computes the bare remainder; the checksum is inverted on the way in
  // and on the way out, which is also what makes seeds chain.
  std::uint32_t remainder = ~static_cast<std::uint32_t>(d.parameter);
  for (std::uint64_t offset = 0; offset < d.source_size;) {
    const std::span<std::byte> chunk =
        operation.workspace().input().first(operation.ChunkAt(offset));
    const CompletionStatus status = operation.Read(offset, chunk);
    if (status != CompletionStatus::kOk) return status;
    remainder = crc32_iscsi(reinterpret_cast<unsigned char*>(chunk.data()),
                            static_cast<int>(chunk.size()), remainder);
    offset += chunk.size();
  }
  operation.set_result(static_cast<std::uint32_t>(~remainder));
  return CompletionStatus::kOk;
}

}  // namespace acceld::soft
