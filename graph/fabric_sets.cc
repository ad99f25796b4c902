#include "graph/fabric_sets.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "graph/meshes.h"

namespace acceld::graph {
namespace {

// One rate of links; links of one class can stand in for each other.
struct FoldClass {
  LinkKind kind{};
  VertexKind member{};
  Nanoseconds latency;
  BytesPerSecond bandwidth;
  Evidence latency_evidence{};
  Evidence bandwidth_evidence{};
  std::string attributes;
  friend auto operator<=>(const FoldClass&, const FoldClass&) = default;
};

constexpr std::size_t kFewestLinks = 3;
constexpr std::size_t kMostClasses = 256;
// Who is near whom takes members x members bits, and the ways that are better
// as much again. The largest fabrics that are sold join 576 devices.
constexpr std::size_t kMostMembers = 2048;
// A second is no latency of a link; RouteSearch clamps what is slower, and
// then two halves would not make the whole.
constexpr Nanoseconds kSlowest{1'000'000'000};

bool CanFold(LinkKind link, VertexKind member) {
  switch (member) {
    case VertexKind::kAccelerator:
    case VertexKind::kEngine:
      return link == LinkKind::kFabric || link == LinkKind::kOnDie;
    case VertexKind::kPciFunction:
    case VertexKind::kPlatformDevice:
      // On-die links between these are parent and child.
      return link == LinkKind::kFabric;
    default:
      return false;
  }
}

template <typename T>
bool IsSame(const Sourced<T>& a, const Sourced<T>& b) {
  return a.value == b.value && a.from.evidence == b.from.evidence;
}

std::string TextOf(std::vector<Attribute> attributes) {
  std::string text;
  for (const Attribute& attribute : attributes) {
    text += attribute.name + "=" + ToText(attribute.value) + "\n";
  }
  return text;
}

// What it costs at least to go from one to the other.
struct Cost {
  Nanoseconds latency;
  BytesPerSecond bandwidth;
};

Cost CostOf(const Rate& rate) {
  return {rate.latency.value, rate.bandwidth.value};
}

bool IsBetter(const Cost& cost, const FoldClass& than) {
  return cost.latency <= than.latency && cost.bandwidth >= than.bandwidth &&
         (cost.latency != than.latency || cost.bandwidth != than.bandwidth);
}

void DropTwins(std::vector<Pair>& pairs) {
  const auto ends = [](const Pair& pair) {
    return std::minmax(pair.a, pair.b);
  };
  std::sort(pairs.begin(), pairs.end(), [&ends](const Pair& a, const Pair& b) {
    return ends(a) < ends(b);
  });
  pairs.erase(std::unique(pairs.begin(), pairs.end(),
                          [&ends](const Pair& a, const Pair& b) {
                            return ends(a) == ends(b);
                          }),
              pairs.end());
}

class Finder {
 public:
  explicit Finder(const Parts& parts)
      : parts_(parts), links_of_(parts.vertices.size()) {
    for (std::size_t i = 0; i < parts.links.size(); ++i) {
      links_of_[parts.links[i].from.value()].push_back(i);
      links_of_[parts.links[i].to.value()].push_back(i);
      Classify(i);
    }
  }

  std::vector<FabricSet> Find() && {
    std::vector<std::pair<const FoldClass*, const std::vector<std::size_t>*>>
        order;
    for (const auto& [fold, links] : classes_) {
      if (links.size() >= kFewestLinks) order.emplace_back(&fold, &links);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) {
                       return a.second->size() > b.second->size();
                     });
    if (order.size() > kMostClasses) order.resize(kMostClasses);
    for (const auto& [fold, links] : order) FindIn(*fold, *links);
    return std::move(sets_);
  }

 private:
  [[nodiscard]] VertexKind KindOf(VertexId id) const {
    return parts_.vertices[id.value()].kind;
  }

  void Classify(std::size_t index) {
    const Link& link = parts_.links[index];
    const VertexKind member = KindOf(link.from);
    if (member != KindOf(link.to) || !CanFold(link.kind, member) ||
        !IsSame(link.forward.latency, link.backward.latency) ||
        !IsSame(link.forward.bandwidth, link.backward.bandwidth) ||
        link.forward.latency.value > kSlowest) {
      return;
    }
    classes_[{link.kind, member, link.forward.latency.value,
              link.forward.bandwidth.value, link.forward.latency.from.evidence,
              link.forward.bandwidth.from.evidence, TextOf(link.attributes)}]
        .push_back(index);
  }

  void FindIn(const FoldClass& fold, const std::vector<std::size_t>& links) {
    std::vector<VertexId> members;
    for (const std::size_t index : links) {
      members.push_back(parts_.links[index].from);
      members.push_back(parts_.links[index].to);
    }
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    if (members.size() > kMostMembers) return;
    std::unordered_map<VertexId, std::uint32_t> number;
    for (const VertexId id : members) {
      number.emplace(id, static_cast<std::uint32_t>(number.size()));
    }
    std::vector<Pair> edges;
    for (const std::size_t index : links) {
      const Link& link = parts_.links[index];
      edges.push_back({number.at(link.from), number.at(link.to)});
    }
    for (const Mesh& mesh :
         FindMeshes(members.size(), edges, Shortcuts(fold, members, number))) {
      std::vector<VertexId> ids;
      for (const std::uint32_t member : mesh.members) {
        ids.push_back(members[member]);
      }
      std::vector<std::size_t> folded;
      for (const std::size_t edge : mesh.edges) folded.push_back(links[edge]);
      sets_.push_back({std::move(ids), std::move(folded)});
    }
  }

  // Pairs that are nearer without a link of the class.
  [[nodiscard]] std::vector<Pair> Shortcuts(
      const FoldClass& fold, const std::vector<VertexId>& members,
      const std::unordered_map<VertexId, std::uint32_t>& number) const {
    std::vector<Pair> pairs;
    std::set<VertexId> hubs;
    for (const VertexId id : members) {
      for (const std::size_t index : links_of_[id.value()]) {
        const Link& link = parts_.links[index];
        const VertexId other = link.from == id ? link.to : link.from;
        if (KindOf(other) == VertexKind::kFabricHub) hubs.insert(other);
        const auto found = number.find(other);
        // Each link once.
        if (link.from != id || found == number.end()) continue;
        if (IsBetter(CostOf(link.forward), fold) &&
            IsBetter(CostOf(link.backward), fold)) {
          pairs.push_back({number.at(id), found->second});
        }
      }
    }
    for (const VertexId hub : hubs) {
      AddOver(hub, fold, number, pairs);
      // Members may share any number of hubs.
      if (pairs.size() > members.size() * members.size()) DropTwins(pairs);
    }
    return pairs;
  }

  // Pairs that are nearer over a hub.
  void AddOver(VertexId hub, const FoldClass& fold,
               const std::unordered_map<VertexId, std::uint32_t>& number,
               std::vector<Pair>& pairs) const {
    struct Spoke {
      std::uint32_t member;
      Cost in;   // member -> hub
      Cost out;  // hub -> member
    };
    std::vector<Spoke> spokes;
    for (const std::size_t index : links_of_[hub.value()]) {
      const Link& link = parts_.links[index];
      const bool is_from = link.from == hub;
      const auto found = number.find(is_from ? link.to : link.from);
      if (found == number.end()) continue;
      spokes.push_back({found->second,
                        CostOf(is_from ? link.backward : link.forward),
                        CostOf(is_from ? link.forward : link.backward)});
    }
    const auto is_better = [&fold](const Cost& in, const Cost& out) {
      return IsBetter(
          {in.latency + out.latency, std::min(in.bandwidth, out.bandwidth)},
          fold);
    };
    for (std::size_t i = 0; i < spokes.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (spokes[i].member != spokes[j].member &&
            is_better(spokes[i].in, spokes[j].out) &&
            is_better(spokes[j].in, spokes[i].out)) {
          pairs.push_back({spokes[j].member, spokes[i].member});
        }
      }
    }
  }

  const Parts& parts_;
  std::vector<std::vector<std::size_t>> links_of_;         // by vertex
  std::map<FoldClass, std::vector<std::size_t>> classes_;  // links, by class
  std::vector<FabricSet> sets_;
};

}  // namespace

std::vector<FabricSet> FindFabricSets(const Parts& parts) {
  return Finder(parts).Find();
}

}  // namespace acceld::graph
