#include "graph/fabric_fold.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "graph/fabric_sets.h"

namespace acceld::graph {
namespace {

class Folder {
 public:
  explicit Folder(Parts& parts) : parts_(parts) {
    for (const Vertex& vertex : parts.vertices) keys_.insert(vertex.key);
  }

  void Add(const FabricSet& set) {
    const Link& first = parts_.links[set.links.front()];
    const VertexId hub = AddHub(set, first.kind);
    const std::string count =
        "folded from " + std::to_string(set.links.size()) + " links; e.g. ";
    const auto from = [&count](const Provenance& of) {
      return Provenance{of.evidence, count + of.source};
    };
    const Sourced<BytesPerSecond> bandwidth{first.forward.bandwidth.value,
                                            from(first.forward.bandwidth.from)};
    const Nanoseconds whole = first.forward.latency.value;
    Provenance halved = from(first.forward.latency.from);
    halved.source = "half of " + ToString(whole) + ", " + halved.source;
    const Nanoseconds in(whole.value() / 2);
    std::vector<Attribute> attributes = first.attributes;
    for (Attribute& attribute : attributes) {
      attribute.from = from(attribute.from);
    }
    for (const VertexId member : set.members) {
      links_.push_back({member,
                        hub,
                        first.kind,
                        {bandwidth, {in, halved}},
                        {bandwidth, {whole - in, halved}},
                        attributes});
    }
    is_folded_.insert(set.links.begin(), set.links.end());
  }

  void Finish() {
    std::vector<Link> links;
    for (std::size_t i = 0; i < parts_.links.size(); ++i) {
      if (!is_folded_.contains(i)) links.push_back(std::move(parts_.links[i]));
    }
    std::move(links_.begin(), links_.end(), std::back_inserter(links));
    parts_.links = std::move(links);
    std::move(hubs_.begin(), hubs_.end(), std::back_inserter(parts_.vertices));
    SortParts(parts_);
  }

 private:
  VertexId AddHub(const FabricSet& set, LinkKind kind) {
    std::vector<std::string> names;
    for (const VertexId member : set.members) {
      names.push_back(parts_.vertices[member.value()].key);
    }
    Vertex& hub = hubs_.emplace_back();
    hub.id = VertexId(
        static_cast<std::uint32_t>(parts_.vertices.size() + hubs_.size() - 1));
    hub.kind = VertexKind::kFabricHub;
    hub.key = NewKey(kind, names.front());
    const Provenance rule{Evidence::kComputed, "links all to all, of one rate"};
    hub.attributes = {
        {"members", std::move(names), rule},
        {"pair_links", static_cast<std::int64_t>(set.links.size()), rule}};
    if (const Attribute* hive = HiveOf(set)) {
      hub.attributes.insert(hub.attributes.begin(), *hive);
    }
    return hub.id;
  }

  // The driver's own word for the fabric, where all members have the same.
  const Attribute* HiveOf(const FabricSet& set) {
    constexpr std::string_view kHive = "hive_id";
    const Attribute* hive = nullptr;
    for (const VertexId member : set.members) {
      const Attribute* own = parts_.vertices[member.value()].Find(kHive);
      if (own == nullptr || (hive != nullptr && own->value != hive->value)) {
        return nullptr;
      }
      if (hive == nullptr) hive = own;
    }
    return hive;
  }

  // After the first member, so that the key stays while the members do.
  std::string NewKey(LinkKind kind, const std::string& member) {
    constexpr std::string_view kPrefix = "fabric-hub:";
    const std::string bare = std::string(kPrefix) + std::string(Name(kind));
    std::string base = bare + "-" + member.substr(member.find(':') + 1);
    // A member's name may leave no room for the prefix and a number.
    if (!probes::IsKey(base + ".65536")) base = bare;
    std::string key = base;
    for (int i = 1; !keys_.insert(key).second; ++i) {
      key = base + "." + std::to_string(i);
    }
    return key;
  }

  Parts& parts_;
  std::unordered_set<std::string> keys_;
  std::unordered_set<std::size_t> is_folded_;  // links
  std::vector<Vertex> hubs_;                   // ids after those of the parts
  std::vector<Link> links_;                    // of the hubs
};

}  // namespace

void FoldFabrics(Parts& parts) {
  const std::vector<FabricSet> sets = FindFabricSets(parts);
  if (sets.empty()) return;
  Folder folder(parts);
  for (const FabricSet& set : sets) folder.Add(set);
  folder.Finish();
}

}  // namespace acceld::graph
