#include "probes/memory_kind.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/cpu_list.h"
#include "probes/dax_devices.h"
#include "probes/fact_reader.h"
#include "probes/nvidia_numa_status.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kTiers = "sys/devices/virtual/memory_tiering";

using Kinds = std::map<int, Sourced<MemoryKind>>;  // by node
using Tiers = std::map<int, int>;                  // node -> kernel's tier

// The directory's names; nothing where it does not exist, and a fault where it
// cannot be read.
std::vector<std::string> Names(const SysRoot& root, std::string_view path,
                               FactSet& facts) {
  auto names = root.List(path);
  if (names) return *std::move(names);
  if (names.error().code != ErrorCode::kNotFound) {
    facts.AddFault("/" + std::string(path), names.error());
  }
  return {};
}

void TakeGpuMemory(std::span<const NumaNode> nodes, Kinds& kinds) {
  for (const NumaNode& node : nodes) {
    if (node.gpu.empty() || node.memory == Bytes(0)) continue;
    kinds.try_emplace(
        node.index, Sourced<MemoryKind>{
                        MemoryKind::kDevice,
                        {Evidence::kFirmware, "/" + NumaStatusPath(node.gpu)}});
  }
}

// DAX sizes are whole; MemTotal lacks what the kernel took for its own pages.
void FindDaxMemory(const SysRoot& root, std::span<const NumaNode> nodes,
                   Kinds& kinds, FactSet& facts) {
  std::map<std::pair<int, MemoryKind>, Bytes> sizes;
  for (const DaxDevice& dax : ReadDaxDevices(FactReader(root, facts))) {
    if (!dax.is_system_ram || !dax.kind || !dax.target_node || !dax.size) {
      continue;
    }
    Bytes& size = sizes[{*dax.target_node, *dax.kind}];
    size = size + *dax.size;
  }
  for (const auto& [of, size] : sizes) {
    const NumaNode* node = FindNode(nodes, of.first);
    if (node == nullptr || node->memory == Bytes(0)) continue;
    if (size.value() < node->memory.value() / 2) continue;
    kinds.try_emplace(node->index, Sourced<MemoryKind>{
                                       of.second,
                                       {Evidence::kFirmware,
                                        "/sys/bus/dax/devices/*/target_node"}});
  }
}

Tiers ReadTiers(const SysRoot& root, FactSet& facts) {
  constexpr std::string_view kPrefix = "memory_tier";
  Tiers tiers;
  for (const std::string& name : Names(root, kTiers, facts)) {
    if (!name.starts_with(kPrefix)) continue;
    const auto tier =
        ParseInteger(std::string_view(name).substr(kPrefix.size()));
    if (!tier || *tier < 0 || *tier > std::numeric_limits<int>::max()) continue;
    const std::string path = std::string(kTiers) + "/" + name + "/nodelist";
    const auto text = root.ReadAttribute(path);
    const auto nodes = text ? ParseCpuList(*text)
                            : Result<std::vector<int>>(Fail(text.error()));
    if (!nodes) {
      facts.AddFault("/" + path, nodes.error());
      continue;
    }
    for (const int node : *nodes) tiers[node] = static_cast<int>(*tier);
  }
  return tiers;
}

// The best bandwidth that CPUs have to this memory.
std::optional<BytesPerSecond> BestBandwidth(std::span<const NumaNode> nodes,
                                            const AccessMatrix& matrix,
                                            int target) {
  std::optional<BytesPerSecond> best;
  for (const NumaNode& node : nodes) {
    const AccessCell* cell = FindCell(matrix, node.index, target);
    if (node.cpus.empty() || cell == nullptr) continue;
    const auto bandwidth = cell->BandwidthIn();
    if (bandwidth && (!best || bandwidth->value > *best)) {
      best = bandwidth->value;
    }
  }
  return best;
}

// What the memories of nodes with CPUs reach: taken to be DDR.
struct DdrReference {
  std::optional<BytesPerSecond> bandwidth;  // of the widest
  std::optional<int> tier;                  // of the fastest
};

DdrReference ReferenceOf(std::span<const NumaNode> nodes,
                         const AccessMatrix& matrix, const Tiers& tiers) {
  DdrReference reference;
  for (const NumaNode& node : nodes) {
    if (node.cpus.empty() || node.memory == Bytes(0)) continue;
    const AccessCell* cell = FindCell(matrix, node.index, node.index);
    const auto bandwidth = cell == nullptr ? std::nullopt : cell->BandwidthIn();
    if (bandwidth &&
        (!reference.bandwidth || bandwidth->value > *reference.bandwidth)) {
      reference.bandwidth = bandwidth->value;
    }
    const auto tier = tiers.find(node.index);
    if (tier != tiers.end()) {
      reference.tier =
          std::min(reference.tier.value_or(tier->second), tier->second);
    }
  }
  return reference;
}

// Twice: every HBM so far has at least three times the bandwidth of the DDR
// beside it, and no DDR differs by two from the DDR of another socket.
std::optional<Provenance> HbmEvidence(const NumaNode& node,
                                      std::span<const NumaNode> nodes,
                                      const AccessMatrix& matrix,
                                      const Tiers& tiers,
                                      const DdrReference& reference) {
  if (!node.cpus.empty()) return std::nullopt;
  const auto bandwidth = BestBandwidth(nodes, matrix, node.index);
  if (bandwidth && reference.bandwidth &&
      bandwidth->value() / 2 >= reference.bandwidth->value()) {
    return Provenance{
        Evidence::kComputed,
        "no CPUs, and " + ToString(*bandwidth) + " is at least twice the " +
            ToString(*reference.bandwidth) + " of memory on nodes with CPUs"};
  }
  const auto tier = tiers.find(node.index);
  if (tier != tiers.end() && reference.tier && tier->second < *reference.tier) {
    return Provenance{Evidence::kComputed, "no CPUs, and memory tier " +
                                               std::to_string(tier->second) +
                                               " is faster than tier " +
                                               std::to_string(*reference.tier) +
                                               " of memory on nodes with CPUs"};
  }
  return std::nullopt;
}

}  // namespace

void AddMemoryKinds(const SysRoot& root, std::span<const NumaNode> nodes,
                    const AccessMatrix& matrix, FactSet& facts) {
  Kinds kinds;
  TakeGpuMemory(nodes, kinds);
  FindDaxMemory(root, nodes, kinds, facts);
  const Tiers tiers = ReadTiers(root, facts);
  const DdrReference reference = ReferenceOf(nodes, matrix, tiers);
  for (const NumaNode& node : nodes) {
    if (node.memory == Bytes(0)) continue;
    Sourced<MemoryKind> kind = {
        MemoryKind::kDdr,
        {Evidence::kAssumed, "memory kinds: nothing says otherwise"}};
    if (const auto known = kinds.find(node.index); known != kinds.end()) {
      kind = known->second;
    } else if (auto hbm = HbmEvidence(node, nodes, matrix, tiers, reference)) {
      kind = {MemoryKind::kHbm, *std::move(hbm)};
    }
    const std::string key = MemoryKey(node.index);
    facts.AddAttribute(key, attr::kMemoryKind, std::string(Name(kind.value)),
                       kind.from);
    if (const auto tier = tiers.find(node.index); tier != tiers.end()) {
      facts.AddAttribute(key, "memory_tier",
                         static_cast<std::int64_t>(tier->second),
                         {Evidence::kFirmware,
                          "/" + std::string(kTiers) + "/memory_tier" +
                              std::to_string(tier->second) + "/nodelist"});
    }
  }
}

}  // namespace acceld::probes
