#include "probes/hmat_nodes.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "probes/srat.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kHmat = "sys/firmware/acpi/tables/HMAT";
constexpr std::string_view kSrat = "sys/firmware/acpi/tables/SRAT";

using NodeOfDomain = std::unordered_map<ProximityDomain, int>;

// The position of a domain in SRAT is its node, unless this kernel counted
// otherwise. A node that has CPUs while its domain has none proves that it did.
Result<NodeOfDomain> MapDomains(std::span<const SratDomain> domains,
                                std::span<const NumaNode> nodes) {
  NodeOfDomain map;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const NumaNode* node = FindNode(nodes, static_cast<int>(i));
    if (node == nullptr) continue;  // offline, or its memory is hot-plugged
    if (!node->cpus.empty() && !domains[i].has_cpus) {
      return Fail(ErrorCode::kCorruptInput,
                  "SRAT has no CPUs in the domain of node " +
                      std::to_string(node->index) + ", which has some");
    }
    map.emplace(domains[i].domain, node->index);
  }
  for (const NumaNode& node : nodes) {
    if (!node.cpus.empty() &&
        static_cast<std::size_t>(node.index) >= domains.size()) {
      return Fail(
          ErrorCode::kCorruptInput,
          "SRAT does not know the CPUs of node " + std::to_string(node.index));
    }
  }
  return map;
}

template <typename T>
std::optional<Sourced<T>> FromHmat(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return Sourced<T>{*value, {Evidence::kFirmware, "/" + std::string(kHmat)}};
}

AccessCell ToAccessCell(const HmatCell& cell) {
  return {FromHmat(cell.read_latency), FromHmat(cell.write_latency),
          FromHmat(cell.read_bandwidth), FromHmat(cell.write_bandwidth),
          cell.unreachable};
}

// The existing node with memory that is the domain's; null where none is.
const NumaNode* MemoryOf(ProximityDomain domain, const NodeOfDomain& map,
                         std::span<const NumaNode> nodes) {
  const auto index = map.find(domain);
  if (index == map.end()) return nullptr;
  const NumaNode* node = FindNode(nodes, index->second);
  return node == nullptr || node->memory == Bytes(0) ? nullptr : node;
}

Result<HmatByNode> ByNode(const std::string& hmat_bytes,
                          const std::string& srat_bytes,
                          std::span<const NumaNode> nodes) {
  ACCELD_TRY(const HmatTable hmat, ParseHmat(hmat_bytes));
  ACCELD_TRY(const std::vector<SratDomain> domains, ParseSrat(srat_bytes));
  ACCELD_TRY(const NodeOfDomain map, MapDomains(domains, nodes));
  HmatByNode by_node;
  for (const HmatCell& cell : hmat.cells) {
    const auto initiator = map.find(cell.initiator);
    const NumaNode* target = MemoryOf(cell.target, map, nodes);
    if (initiator == map.end() || target == nullptr) continue;
    by_node.access[{initiator->second, target->index}] = ToAccessCell(cell);
  }
  for (const HmatCache& cache : hmat.caches) {
    const NumaNode* target = MemoryOf(cache.domain, map, nodes);
    if (target != nullptr) by_node.caches.emplace_back(target->index, cache);
  }
  return by_node;
}

}  // namespace

HmatByNode ReadHmatByNode(const SysRoot& root, std::span<const NumaNode> nodes,
                          FactSet& facts) {
  // Most machines have no HMAT; that is no fault.
  if (!root.Exists(kHmat)) return {};
  const auto hmat = root.ReadFile(kHmat);
  if (!hmat) {
    facts.AddFault("/" + std::string(kHmat), hmat.error());
    return {};
  }
  const auto srat = root.ReadFile(kSrat);
  if (!srat) {
    facts.AddFault("/" + std::string(kSrat), srat.error());
    return {};
  }
  auto by_node = ByNode(*hmat, *srat, nodes);
  if (by_node) return *std::move(by_node);
  facts.AddFault("/" + std::string(kHmat), by_node.error());
  return {};
}

}  // namespace acceld::probes
