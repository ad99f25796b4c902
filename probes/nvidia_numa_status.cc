#include "probes/nvidia_numa_status.h"

#include <algorithm>
#include <cstdint>

#include "base/sys_root.h"

namespace acceld::probes {
namespace {

// Linux's largest MAX_NUMNODES (CONFIG_NODES_SHIFT=10).
constexpr std::int64_t kMostNodes = 1024;

}  // namespace

std::string NumaStatusPath(const std::string& gpu) {
  return std::string(kNvidiaGpus) + "/" + gpu + "/numa_status";
}

Result<int> ParseNumaStatus(std::string_view text) {
  constexpr std::string_view kField = "Node:";
  const std::size_t at = text.find(kField);
  if (at == std::string_view::npos) {
    return Fail(ErrorCode::kCorruptInput, "no Node line");
  }
  std::string_view number = text.substr(at + kField.size());
  number = number.substr(0, number.find('\n'));
  number.remove_prefix(
      std::min(number.find_first_not_of(" \t"), number.size()));
  ACCELD_TRY(const std::int64_t node, ParseInteger(number));
  if (node < -1 || node >= kMostNodes) {
    return Fail(ErrorCode::kCorruptInput, "impossible node");
  }
  return static_cast<int>(node);
}

}  // namespace acceld::probes
