#include "probes/memory_blocks.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "probes/numa_nodes.h"

namespace acceld::probes {
namespace {

const std::string kMemory = "sys/devices/system/memory";

// The kernel writes hexadecimal without "0x".
std::optional<std::int64_t> ReadBlockSize(const FactReader& reader) {
  const std::string path = kMemory + "/block_size_bytes";
  const auto text = reader.Text(path);
  if (!text) return std::nullopt;
  const auto size = ParseInteger("0x" + *text);
  if (size && *size > 0) return *size;
  reader.Fault(path, ErrorCode::kCorruptInput, "no size");
  return std::nullopt;
}

}  // namespace

MemoryBlocks::MemoryBlocks(const FactReader& reader)
    : reader_(reader), block_size_(ReadBlockSize(reader).value_or(0)) {}

const std::vector<std::int64_t>& MemoryBlocks::BlocksOf(int node) {
  const auto [at, is_new] = blocks_.try_emplace(node);
  if (!is_new) return at->second;
  constexpr std::string_view kPrefix = "memory";
  for (const std::string& name : reader_.Names(NodePath(node))) {
    if (!name.starts_with(kPrefix)) continue;
    // "memory_side_cache" and "memory_failure" are no blocks.
    const auto block =
        ParseInteger(std::string_view(name).substr(kPrefix.size()));
    if (block && *block >= 0) at->second.push_back(*block);
  }
  std::sort(at->second.begin(), at->second.end());
  return at->second;
}

std::optional<int> MemoryBlocks::OnlineNodeOf(std::int64_t start, Bytes size,
                                              std::span<const int> nodes) {
  if (block_size_ == 0 || size.value() <= 0) return std::nullopt;
  const std::int64_t first = start / block_size_;
  const std::int64_t last = (start + size.value() - 1) / block_size_;
  for (const int node : nodes) {
    const std::vector<std::int64_t>& blocks = BlocksOf(node);
    for (auto block = std::lower_bound(blocks.begin(), blocks.end(), first);
         block != blocks.end() && *block <= last; ++block) {
      const std::string path =
          kMemory + "/memory" + std::to_string(*block) + "/state";
      if (reader_.Text(path) == "online") return node;
    }
  }
  return std::nullopt;
}

}  // namespace acceld::probes
