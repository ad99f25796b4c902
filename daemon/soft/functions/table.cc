#include "daemon/soft/functions/table.h"

#include <algorithm>
#include <array>

#include "daemon/soft/functions/functions.h"

namespace acceld::soft {
namespace {

using api::soft::Opcode;

constexpr std::array kTable{
    FunctionEntry{"copy", Opcode::kCopy, false, Copy},
    FunctionEntry{"compress/deflate", Opcode::kCompressDeflate, true,
                  CompressDeflate},
    FunctionEntry{"decompress/deflate", Opcode::kDecompressDeflate, false,
                  DecompressDeflate},
    FunctionEntry{"digest/sha256", Opcode::kDigestSha256, false, DigestSha256},
    FunctionEntry{"checksum/crc32c", Opcode::kChecksumCrc32c, true,
                  ChecksumCrc32c},
    FunctionEntry{"transform/xor", Opcode::kTransformXor, true, TransformXor},
};

template <typename Predicate>
const FunctionEntry* FindIf(Predicate predicate) {
  const auto* const found =
      std::find_if(kTable.begin(), kTable.end(), predicate);
  return found == kTable.end() ? nullptr : found;
}

}  // namespace

std::span<const FunctionEntry> FunctionTable() { return kTable; }

const FunctionEntry* FindFunction(std::uint16_t opcode) {
  return FindIf([opcode](const FunctionEntry& entry) {
    return static_cast<std::uint16_t>(entry.opcode) == opcode;
  });
}

const FunctionEntry* FindFunction(std::string_view name) {
  return FindIf(
      [name](const FunctionEntry& entry) { return entry.name == name; });
}

}  // namespace acceld::soft
