#include "probes/kfd_package.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace acceld::probes {
namespace {

// Source: drivers/gpu/drm/amd/amdkfd/kfd_crat.h (HSA_MEM_HEAP_TYPE_*).
constexpr std::uint64_t kFrameBufferPublic = 1;
constexpr std::uint64_t kFrameBufferPrivate = 2;

constexpr std::uint64_t kNarrowestHbm = 1024;  // bits

// location_id is PCI's bus << 8 | device << 3 | function.
PciAddress AddressOf(const KfdNode& node) {
  const std::uint64_t location = node.properties.Get("location_id");
  return {static_cast<std::uint32_t>(node.properties.Get("domain")),
          static_cast<std::uint8_t>(location >> 8),
          static_cast<std::uint8_t>((location >> 3) & 0x1f),
          static_cast<std::uint8_t>(location & 0x7)};
}

PciAddress SlotOf(PciAddress address) {
  address.function = 0;
  return address;
}

// Sets of numbers, by union and find.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  // The lowest number of the set.
  [[nodiscard]] std::size_t Find(std::size_t i) const {
    while (parent_[i] != i) i = parent_[i];
    return i;
  }
  void Unite(std::size_t a, std::size_t b) {
    const std::size_t of_a = Find(a);
    const std::size_t of_b = Find(b);
    parent_[std::max(of_a, of_b)] = std::min(of_a, of_b);
  }

 private:
  std::vector<std::size_t> parent_;
};

bool IsOneChip(const KfdNode& a, const KfdNode& b) {
  const std::uint64_t id = a.properties.Get("unique_id");
  return id != 0 && id == b.properties.Get("unique_id") &&
         SlotOf(AddressOf(a)) == SlotOf(AddressOf(b));
}

Groups GroupByPackage(const std::vector<const KfdNode*>& gpus) {
  std::map<std::uint64_t, std::size_t> position;  // by the node's number
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    position.emplace(static_cast<std::uint64_t>(gpus[i]->index), i);
  }
  Groups groups(gpus.size());
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    for (const KfdProperties& link : gpus[i]->links) {
      const auto to = position.find(link.Get("node_to"));
      if (to != position.end() && link.Get("type") == kKfdXgmi &&
          link.Get("weight") == kKfdWeightInPackage) {
        groups.Unite(i, to->second);
      }
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (IsOneChip(*gpus[i], *gpus[j])) groups.Unite(i, j);
    }
  }
  return groups;
}

}  // namespace

std::vector<KfdPackage> FindKfdPackages(const std::vector<KfdNode>& nodes,
                                        const FactIndex& index) {
  std::vector<const KfdNode*> gpus;
  for (const KfdNode& node : nodes) {
    if (node.IsGpu()) gpus.push_back(&node);
  }
  const Groups groups = GroupByPackage(gpus);
  std::map<std::size_t, KfdPackage> packages;  // by their first node
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    packages[groups.Find(i)].nodes.push_back(gpus[i]);
  }
  std::vector<KfdPackage> all;
  for (auto& [first, package] : packages) {
    package.address = AddressOf(*package.nodes.front());
    package.is_known = index.PciKey(package.address).has_value();
    // The first partition may be hidden, and the next have a number that is no
    // function.
    if (!package.is_known && index.PciKey(SlotOf(package.address))) {
      package.address = SlotOf(package.address);
      package.is_known = true;
    }
    all.push_back(std::move(package));
  }
  return all;
}

std::optional<KfdShare> ShareOf(const KfdNode& node) {
  std::optional<KfdShare> share;
  for (const KfdProperties& bank : node.banks) {
    const std::uint64_t heap = bank.Get("heap_type");
    const std::int64_t size = bank.GetAmount("size_in_bytes");
    if ((heap != kFrameBufferPublic && heap != kFrameBufferPrivate) ||
        size == 0) {
      continue;
    }
    if (!share) {
      share = KfdShare{Bytes(size), true, bank.path, bank.Get("width"),
                       bank.Get("mem_clk_max")};
      continue;
    }
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    share->size = Bytes(share->size.value() +
                        std::min(size, kMost - share->size.value()));
    share->is_one = false;
  }
  return share;
}

MemoryKind KindOf(const KfdShare& share) {
  return share.width >= kNarrowestHbm ? MemoryKind::kHbm : MemoryKind::kDevice;
}

std::optional<Sourced<BytesPerSecond>> BandwidthOf(
    const KfdShare& share, std::uint64_t gfx_target_version) {
  // Beyond these a number is no width or clock, and products stay in range.
  constexpr std::uint64_t kWidest = 1 << 20;
  constexpr std::uint64_t kFastest = 1 << 20;
  if (KindOf(share) != MemoryKind::kHbm || share.clock == 0 ||
      share.width > kWidest || share.clock > kFastest) {
    return std::nullopt;
  }
  const bool is_hbm3 =
      gfx_target_version >= 90400 && gfx_target_version < 100000;
  const std::uint64_t transfers = is_hbm3 ? 4 : 2;
  const std::uint64_t bytes =
      share.width / 8 * share.clock * transfers * 1'000'000;
  return Sourced<BytesPerSecond>{
      BytesPerSecond(static_cast<std::int64_t>(bytes)),
      {Evidence::kComputed, "width x mem_clk_max x " +
                                std::to_string(transfers) +
                                " transfers a clock; /" + share.path}};
}

}  // namespace acceld::probes
