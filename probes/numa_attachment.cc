#include "probes/numa_attachment.h"

#include <algorithm>
#include <limits>

namespace acceld::probes {
namespace {

constexpr std::string_view kNodes = "sys/devices/system/node";
constexpr std::string_view kPrefix = "node";
// Linux's MAX_NUMNODES is 1 << 10 at most.
constexpr std::int64_t kMostNodes = 1 << 10;

}  // namespace

NumaNodes NumaNodes::Read(const FactReader& reader) {
  NumaNodes found;
  std::optional<int> with_cpus;
  for (const std::string& name : reader.Names(std::string(kNodes))) {
    if (!name.starts_with(kPrefix)) continue;
    const auto number =
        ParseInteger(std::string_view(name).substr(kPrefix.size()));
    if (!number || *number < 0 || *number >= kMostNodes) continue;
    const int node = static_cast<int>(*number);
    found.nodes_.push_back(node);
    const auto cpus =
        reader.Text(std::string(kNodes) + "/" + name + "/cpulist");
    if (cpus && !cpus->empty()) {
      with_cpus = std::min(node, with_cpus.value_or(node));
    }
  }
  if (found.nodes_.empty()) found.nodes_.push_back(0);
  std::sort(found.nodes_.begin(), found.nodes_.end());
  found.lowest_with_cpus_ = with_cpus.value_or(found.nodes_.front());
  return found;
}

bool NumaNodes::Contains(int node) const {
  return std::binary_search(nodes_.begin(), nodes_.end(), node);
}

std::optional<int> NumaNodes::ReadNodeOf(const FactReader& reader,
                                         const std::string& path) const {
  const std::string file = path + "/numa_node";
  const auto number = reader.IntegerIn(file, -1, kMostNodes - 1);
  if (!number || *number == -1) return std::nullopt;
  const int node = static_cast<int>(*number);
  if (Contains(node)) return node;
  reader.Fault(file, ErrorCode::kCorruptInput,
               "no NUMA node " + std::to_string(node) + " on this machine");
  return std::nullopt;
}

NumaAttachment NumaNodes::Choose(const std::map<int, int>& votes,
                                 std::string_view voters) const {
  if (votes.empty()) {
    return {lowest_with_cpus_,
            {Evidence::kAssumed,
             nodes_.size() == 1 ? "the only NUMA node"
                                : "no numa_node known: the lowest NUMA node "
                                  "with CPUs"}};
  }
  const auto most = std::max_element(
      votes.begin(), votes.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; });
  return {most->first,
          {votes.size() == 1 ? Evidence::kFirmware : Evidence::kComputed,
           std::string(voters) +
               (votes.size() == 1 ? "" : ", the most frequent of several")}};
}

std::string NumaKey(int node) { return "numa:" + std::to_string(node); }

}  // namespace acceld::probes
