#include "probes/numa_nodes.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/cpu_list.h"
#include "probes/nvidia_numa_status.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kNodes = "sys/devices/system/node";

// A node's number from "node12"; nothing for other names.
std::optional<int> IndexFrom(std::string_view name) {
  constexpr std::string_view kPrefix = "node";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  const auto index = ParseInteger(name);
  if (!index || *index < 0 || *index >= kMostNodes ||
      std::to_string(*index) != name) {
    return std::nullopt;
  }
  return static_cast<int>(*index);
}

// A list attribute; a fault and nothing where it cannot be believed, nothing
// where it does not exist.
std::optional<std::vector<int>> ReadList(const SysRoot& root,
                                         const std::string& path,
                                         FactSet& facts) {
  const auto text = root.ReadAttribute(path);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::nullopt;
  const auto list =
      text ? ParseCpuList(*text) : Result<std::vector<int>>(Fail(text.error()));
  if (list) return *list;
  facts.AddFault("/" + path, list.error());
  return std::nullopt;
}

// cpulist, or the mask that older recordings hold instead.
std::vector<int> ReadCpus(const SysRoot& root, const std::string& node,
                          FactSet& facts) {
  const std::string list_path = node + "/cpulist";
  const std::string mask_path = node + "/cpumap";
  if (!root.Exists(list_path) && root.Exists(mask_path)) {
    const auto text = root.ReadAttribute(mask_path);
    auto cpus = text ? ParseCpuMask(*text)
                     : Result<std::vector<int>>(Fail(text.error()));
    if (cpus) return *std::move(cpus);
    facts.AddFault("/" + mask_path, cpus.error());
    return {};
  }
  if (!root.Exists(list_path)) {
    facts.AddFault("/" + list_path,
                   {ErrorCode::kNotFound, "the node's CPUs are not known"});
    return {};
  }
  return ReadList(root, list_path, facts).value_or(std::vector<int>());
}

// The number after "MemTotal:", in kB.
Result<Bytes> ParseMemTotal(std::string_view meminfo) {
  constexpr std::string_view kField = "MemTotal:";
  const std::size_t at = meminfo.find(kField);
  if (at == std::string_view::npos) {
    return Fail(ErrorCode::kCorruptInput, "no MemTotal");
  }
  std::string_view line = meminfo.substr(at + kField.size());
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (!line.ends_with(" kB")) {
    return Fail(ErrorCode::kCorruptInput, "MemTotal is not in kB");
  }
  ACCELD_TRY(const std::int64_t kib,
             ParseInteger(line.substr(0, line.size() - 3)));
  if (kib < 0 || kib > std::numeric_limits<std::int64_t>::max() / 1024) {
    return Fail(ErrorCode::kCorruptInput, "impossible MemTotal");
  }
  return Bytes(kib * 1024);
}

Bytes ReadMemory(const SysRoot& root, const std::string& path, FactSet& facts) {
  const auto text = root.ReadFile(path);
  const auto memory =
      text ? ParseMemTotal(*text) : Result<Bytes>(Fail(text.error()));
  if (memory) return *memory;
  facts.AddFault("/" + path, memory.error());
  return Bytes(0);
}

Result<std::vector<int>> ParseDistances(std::string_view text) {
  std::vector<int> distances;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    ACCELD_TRY(const std::int64_t value, ParseInteger(text.substr(0, end)));
    // Below 10 the specification reserves; a node is never nearer than itself.
    if (value < kLocalDistance || value > kUnreachableDistance) {
      return Fail(ErrorCode::kCorruptInput, "impossible distance");
    }
    distances.push_back(static_cast<int>(value));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return distances;
}

// One column for each online node, in order.
void ReadDistance(const SysRoot& root, std::span<const int> online,
                  NumaNode& node, FactSet& facts) {
  const std::string path = NodePath(node.index) + "/distance";
  const auto text = root.ReadAttribute(path);
  if (!text && text.error().code == ErrorCode::kNotFound) return;
  auto distances = text ? ParseDistances(*text)
                        : Result<std::vector<int>>(Fail(text.error()));
  if (distances && distances->size() != online.size()) {
    distances = Fail(ErrorCode::kCorruptInput,
                     std::to_string(distances->size()) + " distances of " +
                         std::to_string(online.size()) + " nodes");
  }
  if (!distances) {
    facts.AddFault("/" + path, distances.error());
    return;
  }
  for (std::size_t i = 0; i < online.size(); ++i) {
    node.distance[online[i]] = (*distances)[i];
  }
}

// Which nodes are the memory of GPUs.
void FindGpuMemory(const SysRoot& root, std::vector<NumaNode>& nodes,
                   FactSet& facts) {
  const auto gpus = root.List(kNvidiaGpus);
  if (!gpus) {
    if (gpus.error().code != ErrorCode::kNotFound) {
      facts.AddFault("/" + std::string(kNvidiaGpus), gpus.error());
    }
    return;
  }
  for (const std::string& gpu : *gpus) {
    const std::string path = NumaStatusPath(gpu);
    const auto text = root.ReadAttribute(path);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    const auto index =
        text ? ParseNumaStatus(*text) : Result<int>(Fail(text.error()));
    if (!index) {
      facts.AddFault("/" + path, index.error());
      continue;
    }
    for (NumaNode& node : nodes) {
      // A node with CPUs is the machine's, whatever a driver claims.
      if (node.index == *index && node.cpus.empty()) node.gpu = gpu;
    }
  }
}

std::vector<NumaNode> WithoutNuma(const SysRoot& root, FactSet& facts) {
  NumaNode node;
  const std::string cpus = "sys/devices/system/cpu/online";
  if (!root.Exists(cpus)) return {};  // the root holds no machine
  node.cpus = ReadList(root, cpus, facts).value_or(std::vector<int>());
  node.memory = ReadMemory(root, "proc/meminfo", facts);
  return {std::move(node)};
}

}  // namespace

std::string NodePath(int index) {
  return std::string(kNodes) + "/node" + std::to_string(index);
}

std::string NodeKey(int index) { return "numa:" + std::to_string(index); }

std::string MemoryKey(int index) { return "memory:" + std::to_string(index); }

std::vector<NumaNode> ReadNumaNodes(const SysRoot& root, FactSet& facts) {
  const std::string directory(kNodes);
  const auto names = root.List(directory);
  if (!names && names.error().code == ErrorCode::kNotFound) {
    return WithoutNuma(root, facts);
  }
  if (!names) {
    facts.AddFault("/" + directory, names.error());
    return {};
  }
  std::vector<int> indices;
  for (const std::string& name : *names) {
    if (const auto index = IndexFrom(name)) indices.push_back(*index);
  }
  std::sort(indices.begin(), indices.end());
  // The kernel writes a column for each online node; a recording may lack the
  // list, and then its directories are all there is to go by.
  const std::vector<int> online =
      ReadList(root, directory + "/online", facts).value_or(indices);
  const auto initiators =
      ReadList(root, directory + "/has_generic_initiator", facts)
          .value_or(std::vector<int>());
  std::vector<NumaNode> nodes;
  for (const int index : indices) {
    NumaNode node;
    node.index = index;
    node.cpus = ReadCpus(root, NodePath(index), facts);
    node.memory = ReadMemory(root, NodePath(index) + "/meminfo", facts);
    node.has_generic_initiator =
        std::binary_search(initiators.begin(), initiators.end(), index);
    ReadDistance(root, online, node, facts);
    nodes.push_back(std::move(node));
  }
  FindGpuMemory(root, nodes, facts);
  return nodes;
}

const NumaNode* FindNode(std::span<const NumaNode> nodes, int index) {
  const auto found = std::lower_bound(
      nodes.begin(), nodes.end(), index,
      [](const NumaNode& node, int wanted) { return node.index < wanted; });
  return found == nodes.end() || found->index != index ? nullptr : &*found;
}

}  // namespace acceld::probes
