#include "api/functions.h"

#include <algorithm>
#include <array>

namespace acceld::api {
namespace {

constexpr std::array kFunctions{
    Function{"aead/aes-gcm", "authenticated encryption, AES-GCM"},
    Function{"checksum/crc32c", "CRC-32C (Castagnoli)"},
    Function{"checksum/crc64", "CRC-64, the polynomial given"},
    Function{"cipher/aes-cbc", "encryption, AES-CBC"},
    Function{"cipher/aes-xts", "encryption, AES-XTS"},
    Function{"compare", "compare two memory ranges"},
    Function{"compress/deflate", "raw DEFLATE (RFC 1951)"},
    Function{"compress/gzip", "DEFLATE in a gzip stream (RFC 1952)"},
    Function{"compress/lz4", "LZ4 block"},
    Function{"compress/zlib", "DEFLATE in a zlib stream (RFC 1950)"},
    Function{"compress/zstd", "Zstandard (RFC 8878) or its LZ77 stage"},
    Function{"compute/gpu", "general computing on a GPU"},
    Function{"compute/npu", "neural networks on an NPU or AI accelerator"},
    Function{"compute/vector", "general computing on a vector engine"},
    Function{"copy", "copy memory"},
    Function{"copy/dualcast", "copy memory to two places at once"},
    Function{"decompress/deflate", "raw DEFLATE (RFC 1951)"},
    Function{"decompress/gzip", "DEFLATE in a gzip stream (RFC 1952)"},
    Function{"decompress/lz4", "LZ4 block"},
    Function{"decompress/zlib", "DEFLATE in a zlib stream (RFC 1950)"},
    Function{"decompress/zstd", "Zstandard (RFC 8878)"},
    Function{"delta/apply", "make a range anew from its delta"},
    Function{"delta/create", "record how one range differs from another"},
    Function{"digest/sha256", "SHA-256 (FIPS 180-4)"},
    Function{"digest/sha512", "SHA-512 (FIPS 180-4)"},
    Function{"fill", "fill memory with a pattern"},
    Function{"graphics", "rendering on a GPU"},
    Function{"net/rdma", "RDMA verbs"},
    Function{"protect/t10-dif", "T10-DIF protection: make, check, strip"},
    Function{"pubkey/ecdh", "elliptic-curve key agreement"},
    Function{"pubkey/rsa", "RSA"},
    Function{"scan", "filter and scan columns"},
    Function{"storage/nvme", "NVMe block storage"},
    Function{"transform/xor", "XOR of a range with a repeating key"},
    Function{"video", "video encoding and decoding"},
};

}  // namespace

std::span<const Function> Functions() { return kFunctions; }

bool IsFunction(std::string_view name) {
  constexpr std::string_view kFpga = "fpga/";
  if (name.starts_with(kFpga)) return name.size() > kFpga.size();
  return std::any_of(
      kFunctions.begin(), kFunctions.end(),
      [&](const Function& function) { return function.name == name; });
}

}  // namespace acceld::api
