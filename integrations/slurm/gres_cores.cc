#include "integrations/slurm/gres_cores.h"

#include <set>
#include <string_view>
#include <utility>

#include "base/cpu_list.h"
#include "base/sys_root.h"

namespace acceld::slurm {
namespace {

constexpr std::string_view kNodePrefix = "numa:";

std::optional<std::int64_t> NodeNumber(std::string_view key) {
  if (!key.starts_with(kNodePrefix)) return std::nullopt;
  key.remove_prefix(kNodePrefix.size());
  const auto number = ParseInteger(key);
  return number ? std::optional(*number) : std::nullopt;
}

// "numa:1=21"
std::optional<std::pair<std::int64_t, std::int64_t>> ParseDistance(
    std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto node = NodeNumber(text.substr(0, equals));
  const auto distance = ParseInteger(text.substr(equals + 1));
  if (!node || !distance) return std::nullopt;
  return std::pair(*node, *distance);
}

}  // namespace

GresCores::GresCores(const Machine& machine) {
  std::set<int> all;
  for (const auto& [key, vertex] : machine.vertices()) {
    const auto number = NodeNumber(key);
    if (vertex.kind != "numa" || !number) continue;
    Node& node = nodes_[*number];
    if (auto cores = ParseCpuList(vertex.Text("logical_cores"))) {
      all.insert(cores->begin(), cores->end());
      node.cores = *std::move(cores);
    }
    for (const std::string& text : vertex.Texts("distances")) {
      if (const auto distance = ParseDistance(text)) {
        node.distances.insert(*distance);
      }
    }
  }
  all_ = all.size();
}

const GresCores::Node* GresCores::NearestWithCores(std::int64_t number) const {
  const auto from = nodes_.find(number);
  if (from == nodes_.end()) return nullptr;
  if (!from->second.cores.empty()) return &from->second;
  const Node* nearest = nullptr;
  std::int64_t least = 0;
  for (const auto& [to, distance] : from->second.distances) {
    const auto node = nodes_.find(to);
    if (node == nodes_.end() || node->second.cores.empty()) continue;
    if (nearest != nullptr && distance >= least) continue;
    nearest = &node->second;
    least = distance;
  }
  return nearest;
}

std::string GresCores::Near(const Vertex& device,
                            const Vertex* function) const {
  auto number = device.Integer("numa_node");
  if (!number && function != nullptr) number = function->Integer("numa_node");
  const Node* node = number ? NearestWithCores(*number) : nullptr;
  if (node == nullptr || node->cores.size() == all_) return {};
  return FormatCpuList(node->cores);
}

}  // namespace acceld::slurm
