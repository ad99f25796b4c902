// ReadAccessClasses: nodeN/accessM/initiators -> access matrix.
#include <algorithm>
#include <array>
#include <string>

#include "probes/access_matrix.h"

namespace acceld::probes {
namespace {

constexpr std::int64_t kLongestLatency = 1'000'000'000;           // 1 s, in ns
constexpr std::int64_t kWidestBandwidth = std::int64_t{1} << 40;  // in MiB/s

// A number of the class; nothing where the kernel does not give it (no file,
// or 0), and a fault where it cannot be believed.
std::optional<Sourced<std::int64_t>> ReadValue(const SysRoot& root,
                                               const std::string& path,
                                               std::int64_t most,
                                               FactSet& facts) {
  auto value = root.ReadInteger(path);
  if (!value && value.error().code == ErrorCode::kNotFound) {
    return std::nullopt;
  }
  if (value && (*value < 0 || *value > most)) {
    value = Fail(ErrorCode::kCorruptInput, "out of range");
  }
  if (!value) {
    facts.AddFault("/" + path, value.error());
    return std::nullopt;
  }
  if (*value == 0) return std::nullopt;
  return Sourced<std::int64_t>{*value, {Evidence::kFirmware, "/" + path}};
}

std::optional<Sourced<Nanoseconds>> ReadLatency(const SysRoot& root,
                                                const std::string& path,
                                                FactSet& facts) {
  const auto value = ReadValue(root, path, kLongestLatency, facts);
  if (!value) return std::nullopt;
  return Sourced<Nanoseconds>{Nanoseconds(value->value), value->from};
}

std::optional<Sourced<BytesPerSecond>> ReadBandwidth(const SysRoot& root,
                                                     const std::string& path,
                                                     FactSet& facts) {
  const auto value = ReadValue(root, path, kWidestBandwidth, facts);
  if (!value) return std::nullopt;
  return Sourced<BytesPerSecond>{
      BytesPerSecond(value->value * (std::int64_t{1} << 20)), value->from};
}

// The existing nodes that the class links to.
std::vector<int> ReadInitiators(const SysRoot& root,
                                std::span<const NumaNode> nodes,
                                const std::string& directory, FactSet& facts) {
  const auto names = root.List(directory);
  if (!names) {
    if (names.error().code != ErrorCode::kNotFound) {
      facts.AddFault("/" + directory, names.error());
    }
    return {};
  }
  std::vector<int> initiators;
  for (const NumaNode& node : nodes) {
    const std::string name = "node" + std::to_string(node.index);
    if (std::binary_search(names->begin(), names->end(), name)) {
      initiators.push_back(node.index);
    }
  }
  return initiators;
}

}  // namespace

AccessMatrix ReadAccessClasses(const SysRoot& root,
                               std::span<const NumaNode> nodes,
                               FactSet& facts) {
  // Class 1 counts CPUs only, class 0 (which alone exists before Linux 5.10)
  // any initiator: what class 1 names is taken from there.
  constexpr std::array kClasses = {"access1", "access0"};
  AccessMatrix matrix;
  for (const NumaNode& target : nodes) {
    if (target.memory == Bytes(0)) continue;
    for (const char* access : kClasses) {
      const std::string directory =
          NodePath(target.index) + "/" + access + "/initiators";
      const auto initiators = ReadInitiators(root, nodes, directory, facts);
      if (initiators.empty()) continue;
      const AccessCell cell = {
          ReadLatency(root, directory + "/read_latency", facts),
          ReadLatency(root, directory + "/write_latency", facts),
          ReadBandwidth(root, directory + "/read_bandwidth", facts),
          ReadBandwidth(root, directory + "/write_bandwidth", facts), false};
      if (cell.IsEmpty()) continue;
      for (const int initiator : initiators) {
        matrix.try_emplace({initiator, target.index}, cell);
      }
    }
  }
  return matrix;
}

}  // namespace acceld::probes
