#include "bench/placement/host_fabric.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/placement/cube_mesh.h"

namespace acceld::bench {
namespace {

constexpr std::int64_t kSwitchedLink = 1;   // 900 GB/s
constexpr std::int64_t kMeshLink = 16;      // 64 GB/s
constexpr std::int64_t kDoubleNvLink = 20;  // 50 GB/s
constexpr std::int64_t kNvLink = 40;        // 25 GB/s
constexpr std::int64_t kPcie = 16;          // 64 GB/s, generation 5
constexpr std::int64_t kOldPcie = 63;       // 16 GB/s, generation 3
constexpr std::int64_t kSockets = 25;       // 40 GB/s
constexpr std::int64_t kNoLink = std::int64_t{1} << 40;

// Shortest paths between a handful of vertices.
class Links {
 public:
  explicit Links(std::size_t vertices)
      : vertices_(vertices), cost_(vertices * vertices, kNoLink) {
    for (std::size_t v = 0; v < vertices; ++v) At(v, v) = 0;
  }
  void Add(std::size_t a, std::size_t b, std::int64_t cost) {
    At(a, b) = At(b, a) = std::min(At(a, b), cost);
  }
  // Floyd and Warshall.
  void Close() {
    for (std::size_t via = 0; via < vertices_; ++via) {
      for (std::size_t a = 0; a < vertices_; ++a) {
        for (std::size_t b = 0; b < vertices_; ++b) {
          At(a, b) = std::min(At(a, b), At(a, via) + At(via, b));
        }
      }
    }
  }
  [[nodiscard]] std::int64_t Between(std::size_t a, std::size_t b) const {
    return cost_[a * vertices_ + b];
  }

 private:
  std::int64_t& At(std::size_t a, std::size_t b) {
    return cost_[a * vertices_ + b];
  }
  std::size_t vertices_;
  std::vector<std::int64_t> cost_;
};

// GPUs, adapters, PCIe switches of `gpus_each` GPUs, two sockets.
Links PcieTree(std::size_t adapters, std::size_t gpus_each, std::int64_t pcie) {
  const std::size_t switches = kHostGpus / gpus_each;
  const std::size_t first_switch = kHostGpus + adapters;
  const std::size_t first_socket = first_switch + switches;
  Links links(first_socket + 2);
  for (std::size_t gpu = 0; gpu < kHostGpus; ++gpu) {
    links.Add(gpu, first_switch + gpu / gpus_each, pcie);
  }
  for (std::size_t i = 0; i < adapters; ++i) {
    links.Add(kHostGpus + i, first_switch + i * switches / adapters, pcie);
  }
  for (std::size_t i = 0; i < switches; ++i) {
    links.Add(first_switch + i, first_socket + i * 2 / switches, pcie);
  }
  links.Add(first_socket, first_socket + 1, kSockets);
  return links;
}

Links DgxV(std::size_t adapters) {
  Links links = PcieTree(adapters, 2, kOldPcie);
  for (const NvLinks& link : kCubeMesh) {
    links.Add(link.a, link.b, link.count == 2 ? kDoubleNvLink : kNvLink);
  }
  return links;
}

Links Mesh(std::size_t adapters) {
  Links links = PcieTree(adapters, 1, kPcie);
  for (std::size_t a = 0; a < kHostGpus; ++a) {
    for (std::size_t b = 0; b < a; ++b) links.Add(a, b, kMeshLink);
  }
  return links;
}

Links Switched(std::size_t adapters) {
  Links links = PcieTree(adapters, 1, kPcie);
  for (std::size_t a = 0; a < kHostGpus; ++a) {
    for (std::size_t b = 0; b < a; ++b) links.Add(a, b, 2 * kSwitchedLink);
  }
  return links;
}

}  // namespace

std::optional<Fabric> HostFabric(std::string_view kind, std::size_t adapters) {
  std::optional<Links> links;
  if (kind == "dgx1v") links = DgxV(adapters);
  if (kind == "mi300x") links = Mesh(adapters);
  if (kind == "nvswitch") links = Switched(adapters);
  if (!links) return std::nullopt;
  links->Close();
  return Fabric{kHostGpus + adapters, kHostGpus,
                [all = *std::move(links)](std::size_t a, std::size_t b) {
                  return all.Between(a, b);
                }};
}

}  // namespace acceld::bench
