#include "graph/export/bundles.h"

#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace acceld::graph::exports {
namespace {

// Which crossings of the same words hang together, by union of their ends.
class Groups {
 public:
  explicit Groups(std::size_t items) : leader_(items) {
    std::iota(leader_.begin(), leader_.end(), ItemIndex{0});
  }
  void Join(ItemIndex a, ItemIndex b) { leader_[Find(a)] = Find(b); }
  ItemIndex Find(ItemIndex item) {
    while (leader_[item] != item) {
      leader_[item] = leader_[leader_[item]];
      item = leader_[item];
    }
    return item;
  }

 private:
  std::vector<ItemIndex> leader_;
};

// The hub of a link; the machine where it has none.
ItemIndex HubOf(const Scene& scene, const Strand& strand) {
  for (const ItemIndex end : {strand.from, strand.to}) {
    if (scene.items[end].kind == VertexKind::kFabricHub) return end;
  }
  return kMachine;
}

// Where every link has a rate of its own (they were measured), lanes for all of
// them would be most of the picture.
constexpr std::size_t kMostFamilies = 24;

// Strands of the same words, and of the same hub where there is one.
struct Family {
  std::vector<std::string> words;
  std::vector<Strand> strands;
};

// `by_rate`: links of different rates are of different families.
std::vector<Family> Families(const Topology& topology, const Scene& scene,
                             const std::vector<Crossing>& crossings,
                             bool by_rate) {
  std::vector<Family> families;
  std::map<std::pair<std::vector<std::string>, ItemIndex>, std::size_t> known;
  for (const Crossing& crossing : crossings) {
    const Strand strand{crossing, scene.item_of[crossing.from.value()],
                        scene.item_of[crossing.to.value()]};
    if (strand.from == strand.to) continue;
    std::vector<std::string> words = WordsOf(topology, crossing);
    if (!by_rate) words.resize(1);
    const auto [at, is_new] =
        known.try_emplace({words, HubOf(scene, strand)}, families.size());
    if (is_new) families.push_back({std::move(words), {}});
    families[at->second].strands.push_back(strand);
  }
  return families;
}

ItemIndex HomeOf(const Scene& scene, const std::vector<Strand>& strands) {
  std::set<ItemIndex> ends;
  for (const Strand& strand : strands) ends.insert({strand.from, strand.to});
  ItemIndex home = scene.CommonBox(strands[0].from, strands[0].to);
  for (const ItemIndex end : ends) home = scene.CommonBox(home, end);
  return home;
}

}  // namespace

std::vector<Bundle> BundleCrossings(const Topology& topology,
                                    const Scene& scene,
                                    const std::vector<Crossing>& crossings) {
  std::vector<Family> families = Families(topology, scene, crossings, true);
  if (families.size() > kMostFamilies) {
    families = Families(topology, scene, crossings, false);
  }
  std::vector<Bundle> bundles;
  for (const Family& family : families) {
    Groups groups(scene.items.size());
    for (const Strand& strand : family.strands) {
      groups.Join(strand.from, strand.to);
    }
    std::map<ItemIndex, std::size_t> known;
    for (const Strand& strand : family.strands) {
      const auto [at, is_new] =
          known.try_emplace(groups.Find(strand.from), bundles.size());
      if (is_new) bundles.emplace_back().words = family.words;
      bundles[at->second].strands.push_back(strand);
    }
  }
  for (Bundle& bundle : bundles) bundle.home = HomeOf(scene, bundle.strands);
  return bundles;
}

}  // namespace acceld::graph::exports
