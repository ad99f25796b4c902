#include "probes/kfd_probe.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/kfd_gpu.h"
#include "probes/kfd_package.h"
#include "probes/kfd_topology.h"

namespace acceld::probes {
namespace {

// What a node of the topology is in the graph.
struct Place {
  std::string key;
  bool is_gpu = false;
  std::size_t package = 0;    // of a GPU
  bool has_function = false;  // of a GPU
};
using Places = std::map<std::uint64_t, Place>;  // by node

// The OS numbers of the NUMA nodes that have CPUs, and whether there is any
// NUMA node at all.
struct CpuNodes {
  std::vector<std::int64_t> numbers;
  bool is_known = false;
};

CpuNodes FindCpuNodes(const FactSet& facts, const FactIndex& index) {
  CpuNodes nodes;
  for (const EntityFact& entity : facts.entities) {
    if (entity.kind != VertexKind::kNumaNode) continue;
    nodes.is_known = true;
    const Attribute* number = index.Get(entity.key, attr::kOsIndex);
    if (number == nullptr || index.Get(entity.key, attr::kCpus) == nullptr) {
      continue;
    }
    if (const auto* os_index = std::get_if<std::int64_t>(&number->value)) {
      nodes.numbers.push_back(*os_index);
    }
  }
  std::sort(nodes.numbers.begin(), nodes.numbers.end());
  return nodes;
}

class Linker {
 public:
  Linker(const FactReader& reader, const std::vector<KfdNode>& nodes)
      : reader_(reader), nodes_(nodes) {}

  void PlaceGpus(const std::vector<KfdPackage>& packages) {
    for (std::size_t i = 0; i < packages.size(); ++i) {
      for (const KfdNode* node : packages[i].nodes) {
        places_[static_cast<std::uint64_t>(node->index)] = {
            KfdKey(node->index), true, i, packages[i].is_known};
      }
    }
  }

  void PlaceCpus(const FactIndex& index) {
    const CpuNodes known = FindCpuNodes(reader_.facts(), index);
    std::vector<const KfdNode*> cpus;
    for (const KfdNode& node : nodes_) {
      if (node.IsCpu()) cpus.push_back(&node);
    }
    has_own_nodes_ = !known.is_known;
    if (known.is_known && known.numbers.size() != cpus.size()) {
      return reader_.Fault(
          std::string(kKfd) + "/topology/nodes", ErrorCode::kCorruptInput,
          std::to_string(cpus.size()) + " CPU nodes, and " +
              std::to_string(known.numbers.size()) + " NUMA nodes with CPUs");
    }
    for (std::size_t i = 0; i < cpus.size(); ++i) {
      const std::int64_t number =
          known.is_known ? known.numbers[i] : static_cast<std::int64_t>(i);
      Place place{"numa:" + std::to_string(number), false, 0, false};
      if (has_own_nodes_) {
        reader_.facts().AddEntity(place.key, VertexKind::kNumaNode);
        reader_.facts().AddAttribute(
            place.key, attr::kOsIndex, number,
            {Evidence::kComputed,
             "CPU nodes of KFD, in order; e.g. /" + cpus[i]->properties.path});
      }
      places_[static_cast<std::uint64_t>(cpus[i]->index)] = std::move(place);
    }
  }

  void AddLinks() {
    for (const KfdNode& node : nodes_) {
      const Place* from = At(static_cast<std::uint64_t>(node.index));
      if (from == nullptr) continue;
      for (const KfdProperties& link : node.links) {
        const Place* to = At(link.Get("node_to"));
        // A node that this process may not see, or itself.
        if (to == nullptr || to == from) continue;
        AddLink(*from, *to, link);
      }
      if (from->is_gpu) AddPeers(node, from->key);
    }
  }

 private:
  [[nodiscard]] const Place* At(std::uint64_t node) const {
    const auto found = places_.find(node);
    return found == places_.end() ? nullptr : &found->second;
  }

  // Nothing where another source says it better.
  [[nodiscard]] std::optional<LinkKind> KindOf(
      const Place& from, const Place& to, const KfdProperties& link) const {
    const bool is_xgmi = link.Get("type") == kKfdXgmi;
    if (from.is_gpu && to.is_gpu) {
      if (!is_xgmi) return std::nullopt;
      return from.package == to.package ? LinkKind::kOnDie : LinkKind::kFabric;
    }
    if (!from.is_gpu && !to.is_gpu) {
      if (!has_own_nodes_) return std::nullopt;
      return LinkKind::kSocketLink;
    }
    if (is_xgmi) return LinkKind::kFabric;
    const Place& gpu = from.is_gpu ? from : to;
    if (link.Get("type") != kKfdPcie || gpu.has_function) return std::nullopt;
    return LinkKind::kPcie;
  }

  // One direction; the other node's file gives the other.
  void AddLink(const Place& from, const Place& to, const KfdProperties& link) {
    const auto kind = KindOf(from, to, link);
    if (!kind) return;
    // The end nearer to the CPUs comes first.
    const bool is_up = from.is_gpu && !to.is_gpu;
    LinkFact fact{is_up ? to.key : from.key,
                  is_up ? from.key : to.key,
                  *kind,
                  {},
                  {},
                  {}};
    (is_up ? fact.backward : fact.forward) = RateOf(link);
    if (const std::int64_t weight = link.GetAmount("weight")) {
      fact.attributes.push_back({"weight", weight, From(link, "weight")});
    }
    if (const auto size = link.GetAmount("recommended_transfer_size")) {
      fact.attributes.push_back({"recommended_transfer_size", Bytes(size),
                                 From(link, "recommended_transfer_size")});
    }
    reader_.facts().links.push_back(std::move(fact));
  }

  static Provenance From(const KfdProperties& link, std::string_view name) {
    return {Evidence::kFirmware, "/" + link.path + ": " + std::string(name)};
  }

  // Bandwidths are in MB/s (10^6), latencies in ns; 0 is "not known".
  // Source: struct crat_subtype_iolink (kfd_crat.h).
  static LinkRate RateOf(const KfdProperties& link) {
    constexpr std::int64_t kMega = 1'000'000;
    constexpr std::int64_t kMost = 1'000'000'000;  // a petabyte a second
    LinkRate rate;
    const std::int64_t bandwidth = link.GetAmount("max_bandwidth");
    if (bandwidth > 0 && bandwidth <= kMost) {
      rate.bandwidth = {BytesPerSecond(bandwidth * kMega),
                        From(link, "max_bandwidth")};
    }
    if (const std::int64_t latency = link.GetAmount("min_latency")) {
      rate.latency = {Nanoseconds(latency), From(link, "min_latency")};
    }
    return rate;
  }

  // Older kernels have the ways over PCIe among the io_links.
  void AddPeers(const KfdNode& node, const std::string& key) {
    std::vector<std::string> peers;
    const auto add = [&](const std::vector<KfdProperties>& links) {
      for (const KfdProperties& link : links) {
        const Place* to = At(link.Get("node_to"));
        if (to != nullptr && to->is_gpu && to->key != key &&
            link.Get("type") == kKfdPcie) {
          peers.push_back(to->key);
        }
      }
    };
    add(node.links);
    add(node.peers);
    if (peers.empty()) return;
    reader_.facts().AddAttribute(key, "p2p_peers", std::move(peers),
                                 FromKernel(node.path + "/p2p_links"));
  }

  const FactReader& reader_;
  const std::vector<KfdNode>& nodes_;
  Places places_;
  bool has_own_nodes_ = false;  // NUMA nodes that nobody else found
};

}  // namespace

void RunKfdProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const std::vector<KfdNode> nodes = ReadKfdNodes(reader);
  if (nodes.empty()) return;
  const FactIndex index(facts);
  const std::vector<KfdPackage> packages = FindKfdPackages(nodes, index);
  for (const KfdPackage& package : packages) {
    AddKfdPackage(reader, index, package);
  }
  Linker linker(reader, nodes);
  linker.PlaceGpus(packages);
  linker.PlaceCpus(index);
  linker.AddLinks();
}

}  // namespace acceld::probes
