#include "probes/numa_probe.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/cpu_list.h"
#include "probes/access_matrix.h"
#include "probes/fact_reader.h"
#include "probes/hmat_nodes.h"
#include "probes/memory_kind.h"
#include "probes/memory_side_cache.h"
#include "probes/node_links.h"
#include "probes/node_memory.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {
namespace {

Provenance FromFile(const std::string& path) {
  return {Evidence::kFirmware, "/" + path};
}

// What the node is there for; "empty" for one that may get something later.
std::vector<std::string> RolesOf(const NumaNode& node) {
  std::vector<std::string> roles;
  if (!node.cpus.empty()) roles.emplace_back("cpus");
  if (node.memory != Bytes(0)) roles.emplace_back("memory");
  if (node.has_generic_initiator) roles.emplace_back("generic-initiator");
  if (roles.empty()) roles.emplace_back("empty");
  return roles;
}

void AddNode(const NumaNode& node, FactSet& facts) {
  const std::string key = NodeKey(node.index);
  const std::string path = NodePath(node.index);
  facts.AddEntity(key, VertexKind::kNumaNode);
  facts.AddAttribute(key, attr::kOsIndex, std::int64_t{node.index},
                     FromFile(path));
  if (!node.cpus.empty()) {
    facts.AddAttribute(key, attr::kCpus, FormatCpuList(node.cpus),
                       FromFile(path + "/cpulist"));
  }
  if (node.has_generic_initiator) {
    facts.AddAttribute(
        key, "generic_initiator", true,
        FromFile("sys/devices/system/node/has_generic_initiator"));
  }
  facts.AddAttribute(key, "roles", RolesOf(node), FromFile(path));
  if (!node.distance.empty()) {
    std::vector<std::string> distances;
    for (const auto& [to, distance] : node.distance) {
      distances.push_back(NodeKey(to) + "=" + std::to_string(distance));
    }
    facts.AddAttribute(key, "distances", std::move(distances),
                       FromFile(path + "/distance"));
  }
}

void AddMemory(const FactReader& reader, const NumaNode& node) {
  if (node.memory == Bytes(0)) return;
  FactSet& facts = reader.facts();
  const std::string key = MemoryKey(node.index);
  const std::string path = NodePath(node.index);
  facts.AddEntity(key, VertexKind::kMemoryTarget);
  facts.AddAttribute(key, attr::kOsIndex, std::int64_t{node.index},
                     FromFile(path));
  facts.AddAttribute(key, attr::kNumaNode, std::int64_t{node.index},
                     FromFile(path));
  facts.AddAttribute(key, attr::kCapacity, node.memory,
                     FromFile(path + "/meminfo"));
  facts.AddRelation(key, NodeKey(node.index), RelationKind::kMemoryOf,
                    FromFile(path + "/meminfo"));
  AddNodeMemory(reader, node.index);
}

template <typename T>
void Append(std::vector<Attribute>& attributes, std::string_view name,
            const std::optional<Sourced<T>>& value) {
  if (!value) return;
  attributes.push_back({std::string(name), value->value, value->from});
}

void AddAccess(const AccessMatrix& matrix, FactSet& facts) {
  for (const auto& [pair, cell] : matrix) {
    RelationFact relation{NodeKey(pair.initiator),
                          MemoryKey(pair.target),
                          RelationKind::kAccess,
                          {},
                          {}};
    Append(relation.attributes, "read_latency", cell.read_latency);
    Append(relation.attributes, "write_latency", cell.write_latency);
    Append(relation.attributes, "read_bandwidth", cell.read_bandwidth);
    Append(relation.attributes, "write_bandwidth", cell.write_bandwidth);
    if (cell.unreachable || relation.attributes.empty()) continue;
    relation.provenance = relation.attributes.front().from;
    facts.relations.push_back(std::move(relation));
  }
}

// The packages that facts speak of, with their CPUs (the hwloc probe wrote
// both; what cannot be parsed is no package of ours).
std::vector<std::pair<std::string, std::vector<int>>> PackagesIn(
    const FactSet& facts) {
  std::vector<std::pair<std::string, std::vector<int>>> packages;
  for (const AttributeFact& fact : facts.attributes) {
    if (!fact.key.starts_with("package:") ||
        fact.attribute.name != attr::kCpus) {
      continue;
    }
    const auto* text = std::get_if<std::string>(&fact.attribute.value);
    if (text == nullptr) continue;
    if (auto cpus = ParseCpuList(*text)) {
      packages.emplace_back(fact.key, *std::move(cpus));
    }
  }
  return packages;
}

PackageOfNode KnownPackages(std::span<const NumaNode> nodes,
                            const FactSet& facts) {
  PackageOfNode known;
  for (const RelationFact& relation : facts.relations) {
    if (relation.kind != RelationKind::kContains) continue;
    for (const NumaNode& node : nodes) {
      if (relation.to == NodeKey(node.index)) {
        known[node.index] = relation.from;
      }
    }
  }
  return known;
}

// Which package each node is in; adds the relations that hwloc does not give,
// for it leaves out nodes without memory.
PackageOfNode AddPackages(std::span<const NumaNode> nodes, FactSet& facts) {
  const auto packages = PackagesIn(facts);
  PackageOfNode known = KnownPackages(nodes, facts);
  for (const NumaNode& node : nodes) {
    if (node.cpus.empty() || known.contains(node.index)) continue;
    for (const auto& [key, cpus] : packages) {
      if (!std::includes(cpus.begin(), cpus.end(), node.cpus.begin(),
                         node.cpus.end())) {
        continue;
      }
      known[node.index] = key;
      facts.AddRelation(key, NodeKey(node.index), RelationKind::kContains,
                        FromFile(NodePath(node.index) + "/cpulist"));
      break;
    }
  }
  return known;
}

}  // namespace

void RunNumaProbe(const SysRoot& root, FactSet& facts) {
  const std::vector<NumaNode> nodes = ReadNumaNodes(root, facts);
  const FactReader reader(root, facts);
  for (const NumaNode& node : nodes) {
    AddNode(node, facts);
    AddMemory(reader, node);
  }
  const HmatByNode hmat = ReadHmatByNode(root, nodes, facts);
  AccessMatrix matrix = hmat.access;
  for (const auto& [pair, cell] : ReadAccessClasses(root, nodes, facts)) {
    matrix[pair].FillFrom(cell);
  }
  AddDistanceLatencies(nodes, matrix);
  AddAccess(matrix, facts);
  const PackageOfNode packages = AddPackages(nodes, facts);
  for (LinkFact& link : BuildNodeLinks(nodes, packages, matrix)) {
    facts.links.push_back(std::move(link));
  }
  AddMemorySideCaches(root, nodes, hmat, facts);
  AddMemoryKinds(root, nodes, matrix, facts);
}

}  // namespace acceld::probes
