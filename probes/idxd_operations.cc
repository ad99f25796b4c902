#include "probes/idxd_operations.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>

namespace acceld::probes {
namespace {

struct Operation {
  std::size_t opcode;
  std::string_view name;
  std::string_view function;  // empty: it makes none by itself
};

// The CRC that DSA makes has the polynomial of CRC-32C unless the descriptor
// asks for T10-DIF's. Batches are a way to submit, not a function.
constexpr std::array kDsaOperations = {
    Operation{0x00, "noop", ""},
    Operation{0x01, "batch", ""},
    Operation{0x02, "drain", ""},
    Operation{0x03, "memmove", "copy"},
    Operation{0x04, "memfill", "fill"},
    Operation{0x05, "compare", "compare"},
    Operation{0x06, "compval", ""},
    Operation{0x07, "cr_delta", "delta/create"},
    Operation{0x08, "ap_delta", "delta/apply"},
    Operation{0x09, "dualcast", "copy/dualcast"},
    Operation{0x0a, "transl_fetch", ""},
    Operation{0x10, "crcgen", "checksum/crc32c"},
    Operation{0x11, "copy_crc", ""},
    Operation{0x12, "dif_check", "protect/t10-dif"},
    Operation{0x13, "dif_ins", "protect/t10-dif"},
    Operation{0x14, "dif_strp", "protect/t10-dif"},
    Operation{0x15, "dif_updt", "protect/t10-dif"},
    Operation{0x17, "dix_gen", "protect/t10-dif"},
    Operation{0x20, "cflush", ""},
};
constexpr std::array kIaaOperations = {
    Operation{0x00, "noop", ""},
    Operation{0x02, "drain", ""},
    Operation{0x03, "memmove", "copy"},
    Operation{0x42, "decompress", "decompress/deflate"},
    Operation{0x43, "compress", "compress/deflate"},
    Operation{0x44, "crc64", "checksum/crc64"},
    Operation{0x48, "zero_decomp_32", ""},
    Operation{0x49, "zero_decomp_16", ""},
    Operation{0x4c, "zero_comp_32", ""},
    Operation{0x4d, "zero_comp_16", ""},
    Operation{0x50, "scan", "scan"},
    Operation{0x51, "set_member", ""},
    Operation{0x52, "extract", ""},
    Operation{0x53, "select", ""},
    Operation{0x54, "rle_burst", ""},
    Operation{0x55, "find_unique", ""},
    Operation{0x56, "expand", ""},
};

std::span<const Operation> OperationsOf(IdxdKind kind) {
  if (kind == IdxdKind::kDsa) return kDsaOperations;
  return kIaaOperations;
}

// Wholly hexadecimal, of at most `digits` digits.
std::optional<std::uint64_t> ParseHex(std::string_view text,
                                      std::size_t digits) {
  if (text.empty() || text.size() > digits) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

// `groups` of `bits` bits each, the lowest first.
std::optional<IdxdOperations> Join(std::span<const std::string_view> groups,
                                   std::size_t bits) {
  IdxdOperations operations;
  if (groups.size() > operations.size() / bits) return std::nullopt;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto group = ParseHex(groups[i], bits / 4);
    if (!group) return std::nullopt;
    for (std::size_t bit = 0; bit < bits; ++bit) {
      operations[i * bits + bit] = ((*group >> bit) & 1U) != 0;
    }
  }
  return operations;
}

}  // namespace

Result<IdxdOperations> ParseIdxdOperations(std::string_view text) {
  constexpr std::string_view kOldPrefix = "0x";
  std::optional<IdxdOperations> operations;
  if (text.starts_with(kOldPrefix) || text.find(' ') != text.npos) {
    auto groups = Split(text, ' ');
    for (std::string_view& group : groups) {
      // "%#llx" writes zero without the prefix.
      if (group.starts_with(kOldPrefix)) group.remove_prefix(2);
    }
    operations = Join(groups, 64);
  } else {
    auto groups = Split(text, ',');
    std::reverse(groups.begin(), groups.end());
    operations = Join(groups, 32);
  }
  if (!operations) {
    return Fail(ErrorCode::kCorruptInput, "not a bitmap of 256 operations");
  }
  return *operations;
}

std::vector<std::string> IdxdOperationNames(IdxdKind kind,
                                            const IdxdOperations& operations) {
  std::vector<std::string> names;
  for (const Operation& operation : OperationsOf(kind)) {
    if (operations.test(operation.opcode)) names.emplace_back(operation.name);
  }
  return names;
}

std::vector<std::string> IdxdFunctions(IdxdKind kind,
                                       const IdxdOperations& operations) {
  std::set<std::string> functions;
  for (const Operation& operation : OperationsOf(kind)) {
    if (operation.function.empty()) continue;
    if (operations.test(operation.opcode)) {
      functions.emplace(operation.function);
    }
  }
  return {functions.begin(), functions.end()};
}

std::vector<std::string_view> MappedIdxdFunctions() {
  std::vector<std::string_view> functions;
  for (const IdxdKind kind : {IdxdKind::kDsa, IdxdKind::kIaa}) {
    for (const Operation& operation : OperationsOf(kind)) {
      if (!operation.function.empty()) functions.push_back(operation.function);
    }
  }
  return functions;
}

}  // namespace acceld::probes
