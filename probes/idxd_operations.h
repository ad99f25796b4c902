// The operations of a DSA or IAA device or of one of its work queues: the
// bitmap of the kernel, the specification's words, and the functions of the
// vocabulary that they make.
// Pure; no threading rule.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace acceld::probes {

// Bit N: the operation with opcode N.
using IdxdOperations = std::bitset<256>;

enum class IdxdKind { kDsa, kIaa };

// `op_cap` of a device, `op_config` of a work queue: groups of 32 bits in
// hexadecimal, the highest first, with commas; before Linux 6.0 four numbers of
// 64 bits with "0x", the lowest first, with spaces.
// Errors: kCorruptInput.
// Source: Documentation/ABI/stable/sysfs-driver-dma-idxd: op_cap, op_config.
[[nodiscard]] Result<IdxdOperations> ParseIdxdOperations(std::string_view text);

// "memmove", "crc64"; operations without a word are left out. In the order of
// their opcodes.
// Source: include/uapi/linux/idxd.h: dsa_opcode, iax_opcode.
[[nodiscard]] std::vector<std::string> IdxdOperationNames(
    IdxdKind kind, const IdxdOperations& operations);

// The functions of api/functions.h, sorted.
[[nodiscard]] std::vector<std::string> IdxdFunctions(
    IdxdKind kind, const IdxdOperations& operations);

// Every function that any operation makes.
[[nodiscard]] std::vector<std::string_view> MappedIdxdFunctions();

}  // namespace acceld::probes
