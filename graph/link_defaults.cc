#include "graph/link_defaults.h"

#include <array>
#include <string>

namespace acceld::graph {
namespace {

struct Default {
  BytesPerSecond bandwidth;
  Nanoseconds latency;
};

constexpr std::int64_t kMega = 1'000'000;

// In the order of LinkKind.
constexpr std::array<Default, 6> kDefaults{{
    // PCIe: generation 3, x16 (8 GT/s x 16 lanes x 128/130 / 8 bits); one hop
    // of a cut-through switch, 100 to 150 ns in vendors' product briefs.
    {BytesPerSecond(15'754 * kMega), Nanoseconds(150)},
    // Memory bus: four channels DDR4-3200 (25.6 GB/s each); idle latency of
    // local DRAM on current servers is 80 to 110 ns (Intel MLC).
    {BytesPerSecond(102'400 * kMega), Nanoseconds(90)},
    // Socket link: what NCCL assumes of one UPI hop (SRP_QPI_BW, 22 GB/s);
    // remote DRAM costs 60 to 80 ns more than local.
    {BytesPerSecond(22'000 * kMega), Nanoseconds(70)},
    // Fabric: what NCCL assumes of one NVLink (SM90_NVLINK_BW, 20.6 GB/s).
    {BytesPerSecond(20'600 * kMega), Nanoseconds(200)},
    // CXL: x8 at 32 GT/s; controller and port add 70 to 170 ns to DRAM (Li et
    // al., Pond, ASPLOS 2023; Sun et al., MICRO 2023).
    {BytesPerSecond(31'508 * kMega), Nanoseconds(120)},
    // On die: never the bottleneck of a path that leaves the die.
    {BytesPerSecond(200'000 * kMega), Nanoseconds(30)},
}};

template <typename T>
T Get(std::span<const Attribute> attributes, std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name != name) continue;
    if (const T* value = std::get_if<T>(&attribute.value)) return *value;
  }
  return T(0);
}

}  // namespace

Rate DefaultRate(LinkKind kind) {
  const Default& row = kDefaults[static_cast<std::size_t>(kind)];
  const Provenance from{Evidence::kAssumed,
                        "default of links of kind " + std::string(Name(kind))};
  return {{row.bandwidth, from}, {row.latency, from}};
}

std::optional<Sourced<BytesPerSecond>> PcieBandwidth(
    std::span<const Attribute> attributes) {
  constexpr std::int64_t kFastest = 1'000'000;  // MT/s; PCIe 7.0 is 128,000
  const std::int64_t speed = Get<MegaTransfers>(attributes, "speed").value();
  const std::int64_t width = Get<Lanes>(attributes, "width").value();
  if (speed <= 0 || speed > kFastest || width <= 0 || width > 64) {
    return std::nullopt;
  }
  const std::int64_t bytes = speed * width * kMega / 8;
  std::int64_t usable = bytes * 128 / 130;
  if (speed <= 5'000) usable = bytes * 8 / 10;
  if (speed >= 64'000) usable = bytes * 242 / 256;
  return Sourced<BytesPerSecond>{
      BytesPerSecond(usable / kMega * kMega),
      {Evidence::kComputed, "speed x width x encoding of the PCIe link"}};
}

}  // namespace acceld::graph
