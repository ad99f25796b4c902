#include "daemon/soft/functions/names.h"

#include <array>

namespace acceld::soft {
namespace {

using api::soft::Opcode;

constexpr std::array kNames{
    FunctionName{"copy", Opcode::kCopy},
    FunctionName{"compress/deflate", Opcode::kCompressDeflate},
    FunctionName{"decompress/deflate", Opcode::kDecompressDeflate},
    FunctionName{"digest/sha256", Opcode::kDigestSha256},
    FunctionName{"checksum/crc32c", Opcode::kChecksumCrc32c},
    FunctionName{"transform/xor", Opcode::kTransformXor},
};

}  // namespace

std::span<const FunctionName> FunctionNames() { return kNames; }

std::optional<Opcode> OpcodeOf(std::string_view name) {
  for (const FunctionName& one : kNames) {
    if (one.name == name) return one.opcode;
  }
  return std::nullopt;
}

}  // namespace acceld::soft
