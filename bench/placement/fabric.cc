#include "bench/placement/fabric.h"

#include <algorithm>
#include <utility>

#include "bench/placement/host_fabric.h"
#include "bench/placement/sizes.h"

namespace acceld::bench {
namespace {

constexpr std::size_t kMostDevices = 16383;

constexpr std::int64_t kMeshLink = 16;     // 64 GB/s
constexpr std::int64_t kTorusLink = 20;    // 50 GB/s
constexpr std::int64_t kSwitchedLink = 1;  // 900 GB/s
constexpr std::int64_t kPcie = 16;         // 64 GB/s
constexpr std::int64_t kAdapter = 20;      // 50 GB/s
constexpr std::int64_t kLeafToSpine = 3;   // several links side by side
constexpr std::int64_t kSpineToCore = 9;
constexpr std::size_t kHostsOfALeaf = 32;

std::int64_t Around(std::size_t a, std::size_t b, std::size_t size) {
  const std::size_t apart = std::max(a, b) - std::min(a, b);
  return static_cast<std::int64_t>(std::min(apart, size - apart));
}

Fabric Mesh(std::size_t devices) {
  return {devices, devices,
          [](std::size_t a, std::size_t b) { return a == b ? 0 : kMeshLink; }};
}

Fabric Torus(std::size_t rows, std::size_t columns) {
  return {rows * columns, rows * columns,
          [rows, columns](std::size_t a, std::size_t b) {
            return kTorusLink * (Around(a / columns, b / columns, rows) +
                                 Around(a % columns, b % columns, columns));
          }};
}

Fabric Rack(std::size_t trays, std::size_t devices) {
  return {trays * devices, trays * devices,
          [devices](std::size_t a, std::size_t b) {
            if (a == b) return std::int64_t{0};
            return (a / devices == b / devices ? 2 : 4) * kSwitchedLink;
          }};
}

// A device reaches the network by the adapter of its own number, its rail.
Fabric Pod(std::size_t hosts, std::size_t devices) {
  constexpr std::int64_t kToLeaf = 2 * kPcie + kAdapter;
  constexpr std::int64_t kWithin = 2 * kSwitchedLink;  // one host
  return {hosts * devices, hosts * devices,
          [devices](std::size_t a, std::size_t b) {
            const std::size_t host_a = a / devices;
            const std::size_t host_b = b / devices;
            if (a == b) return std::int64_t{0};
            if (host_a == host_b) return kWithin;
            if (host_a / kHostsOfALeaf != host_b / kHostsOfALeaf) {
              return 2 * (kToLeaf + kLeafToSpine + kSpineToCore);
            }
            // To another rail inside a host is shorter than by the spine.
            const bool same_rail = a % devices == b % devices;
            return 2 * kToLeaf + (same_rail ? 0 : kWithin);
          }};
}

Result<Fabric> Make(const SizedWord& sized) {
  const auto& [word, sizes] = sized;
  if (word == "mesh" && sizes.size() == 1) return Mesh(sizes[0]);
  if (sizes.size() == 1 && sizes[0] <= kHostGpus) {
    if (auto host = HostFabric(word, sizes[0])) return *std::move(host);
  }
  if (sizes.size() == 2) {
    if (word == "torus") return Torus(sizes[0], sizes[1]);
    if (word == "rack") return Rack(sizes[0], sizes[1]);
    if (word == "pod") return Pod(sizes[0], sizes[1]);
  }
  return Fail(ErrorCode::kInvalidArgument, "no such fabric: " + word);
}

}  // namespace

Result<Fabric> ParseFabric(const std::string& text) {
  const auto sized = ParseSizedWord(text);
  if (!sized) {
    return Fail(ErrorCode::kInvalidArgument, "not a fabric: " + text);
  }
  ACCELD_TRY(Fabric fabric, Make(*sized));
  if (fabric.devices > kMostDevices) {
    return Fail(ErrorCode::kInvalidArgument, "too large a fabric: " + text);
  }
  return fabric;
}

}  // namespace acceld::bench
