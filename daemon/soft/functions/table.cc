#include "daemon/soft/functions/table.h"

#include <algorithm>
#include <array>

#include "daemon/soft/functions/functions.h"

namespace acceld::soft {
namespace {

using api::soft::Opcode;

constexpr std::array kTable{
    FunctionEntry{Opcode::kCopy, false, Copy},
    FunctionEntry{Opcode::kCompressDeflate, true, CompressDeflate},
    FunctionEntry{Opcode::kDecompressDeflate, false, DecompressDeflate},
    FunctionEntry{Opcode::kDigestSha256, false, DigestSha256},
    FunctionEntry{Opcode::kChecksumCrc32c, true, ChecksumCrc32c},
    FunctionEntry{Opcode::kTransformXor, true, TransformXor},
};

}  // namespace

const FunctionEntry* FindFunction(std::uint16_t opcode) {
  const auto* const found = std::find_if(
      kTable.begin(), kTable.end(), [opcode](const FunctionEntry& entry) {
        return static_cast<std::uint16_t>(entry.opcode) == opcode;
      });
  return found == kTable.end() ? nullptr : found;
}

}  // namespace acceld::soft
