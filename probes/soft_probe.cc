#include "probes/soft_probe.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/cpu_list.h"
#include "base/units.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kNodes = "sys/devices/system/node";

// Queues at once. A worker's limits hold several times as many
// (daemon/soft/sandbox.h).
constexpr std::int64_t kInstances = 256;

// What one core moves between a client's memory and its own and back:
// bench/soft_bench.cc, 1.35 GiB/s on a server core of 2024 in a virtual
// machine. The kernel copies through a page of its own, so that caches matter
// little.
constexpr BytesPerSecond kBandwidth{1'400'000'000};

struct FunctionClass {
  std::string_view name;
  std::string_view what;
  std::span<const std::string_view> functions;
};

constexpr std::array<std::string_view, 2> kCopy{"copy", "transform/xor"};
constexpr std::array<std::string_view, 2> kDeflate{"compress/deflate",
                                                   "decompress/deflate"};
constexpr std::array<std::string_view, 1> kDigest{"digest/sha256"};
constexpr std::array<std::string_view, 1> kChecksum{"checksum/crc32c"};

constexpr std::array kClasses{
    FunctionClass{"copy", "software copy", kCopy},
    FunctionClass{"deflate", "software DEFLATE", kDeflate},
    FunctionClass{"digest", "software digest", kDigest},
    FunctionClass{"checksum", "software checksum", kChecksum},
};

Provenance Computed() {
  return {Evidence::kComputed,
          "acceld's own provider of software accelerators"};
}

void AddAccelerator(std::int64_t node, const FunctionClass& kind,
                    FactSet& facts) {
  const std::string number = std::to_string(node);
  const std::string key =
      "accelerator:soft" + number + "-" + std::string(kind.name);
  const auto add = [&](std::string_view name, AttributeValue value) {
    facts.AddAttribute(key, name, std::move(value), Computed());
  };
  facts.AddEntity(key, VertexKind::kAccelerator);
  add(attr::kName, std::string(kind.what) + ", node " + number);
  add(attr::kFramework, std::string("soft"));
  add(attr::kDriver, std::string("acceld-soft-worker"));
  add(attr::kFunctions,
      std::vector<std::string>(kind.functions.begin(), kind.functions.end()));
  add(attr::kGrant, std::string("soft"));
  add(attr::kSharing, std::string("multi-app"));
  add(attr::kInstances, kInstances);
  add(attr::kNumaNode, node);
  add(attr::kSva, std::string("proven"));
  add(attr::kHealth, std::string("ok"));

  LinkFact link{key, "numa:" + number, LinkKind::kOnDie, {}, {}, {}};
  link.forward.bandwidth = Sourced<BytesPerSecond>{
      kBandwidth,
      {Evidence::kAssumed, "one core moving memory (probes/soft_probe.cc)"}};
  link.backward.bandwidth = link.forward.bandwidth;
  facts.links.push_back(std::move(link));
}

void AddNode(std::int64_t node, FactSet& facts) {
  for (const FunctionClass& kind : kClasses) AddAccelerator(node, kind, facts);
}

// N of "nodeN".
bool ParseNode(std::string_view name, std::int64_t& node) {
  constexpr std::string_view kPrefix = "node";
  if (!name.starts_with(kPrefix)) return false;
  const std::string_view digits = name.substr(kPrefix.size());
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, node);
  return error == std::errc() && rest == end && node >= 0;
}

// Whether the node has a CPU to run a worker's thread on.
bool HasCpus(const SysRoot& root, std::string_view name, FactSet& facts) {
  const std::string path =
      std::string(kNodes).append("/").append(name).append("/cpulist");
  auto text = root.ReadAttribute(path);
  auto cpus = text ? ParseCpuList(*text)
                   : Result<std::vector<int>>(Fail(std::move(text.error())));
  if (cpus) return !cpus->empty();
  facts.AddFault("/" + path, cpus.error());
  return false;
}

}  // namespace

void RunSoftProbe(const SysRoot& root, FactSet& facts) {
  if (root.is_live()) AddSoftAccelerators(root, facts);
}

void AddSoftAccelerators(const SysRoot& root, FactSet& facts) {
  const auto names = root.List(kNodes);
  if (!names && names.error().code == ErrorCode::kNotFound) {
    AddNode(0, facts);
    return;
  }
  if (!names) {
    facts.AddFault("/" + std::string(kNodes), names.error());
    return;
  }
  for (const std::string& name : *names) {
    std::int64_t node = 0;
    if (ParseNode(name, node) && HasCpus(root, name, facts)) {
      AddNode(node, facts);
    }
  }
}

}  // namespace acceld::probes
