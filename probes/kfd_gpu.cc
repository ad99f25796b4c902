#include "probes/kfd_gpu.h"

#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/pci_links.h"

namespace acceld::probes {
namespace {

std::string Hexadecimal(std::uint64_t number, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4) {
    *at = kDigits[number & 0xf];
  }
  return text;
}

// "gfx90a" of 90010: major version, minor, and stepping as one hexadecimal
// digit (ROCr's naming of instruction sets).
std::optional<std::string> InstructionSet(std::uint64_t version) {
  const std::uint64_t stepping = version % 100;
  const std::uint64_t minor = version / 100 % 100;
  if (version == 0 || version > 999999 || minor > 9 || stepping > 15) {
    return std::nullopt;
  }
  return "gfx" + std::to_string(version / 10000) + std::to_string(minor) +
         Hexadecimal(stepping, 1);
}

std::string RenderNode(std::uint64_t minor) {
  return "renderD" + std::to_string(minor);
}

class Adder {
 public:
  Adder(const FactReader& reader, const FactIndex& index,
        const KfdPackage& package)
      : reader_(reader), index_(index), package_(package) {}

  void Run() {
    for (const KfdNode* node : package_.nodes) AddGpu(*node);
    AddMemory();
  }

 private:
  [[nodiscard]] FactSet& facts() const { return reader_.facts(); }

  void AddGpu(const KfdNode& node) {
    const std::string key = KfdKey(node.index);
    const std::string name = key.substr(key.find(':') + 1);
    Accelerator gpu{key, node.path, {}, "amdgpu", {}};
    if (package_.is_known) {
      gpu.device_path = "sys/bus/pci/devices/" + ToString(package_.address);
      const auto made = AddAccelerator(
          reader_, index_, {"kfd", node.path, name, {}, gpu.device_path});
      if (!made) return;
      gpu = *made;
    } else {
      AddWithoutFunction(node, key);
    }
    facts().AddAttribute(key, attr::kNodePath, std::string("/dev/kfd"),
                         FromKernel(kKfd));
    (void)AddDeviceNumber(reader_, key, attr::kDeviceNumber,
                          std::string(kKfd) + "/dev");
    AddTraits(reader_, gpu, KfdDriver());
    const Provenance rule{Evidence::kComputed,
                          "amdgpu keeps PASIDs of its own; no address space is "
                          "bound at the IOMMU"};
    facts().AddAttribute(key, attr::kSva, std::string("no"), rule);
    facts().AddAttribute(
        key, attr::kSvaReasons,
        std::vector<std::string>{"the driver's page tables mirror the "
                                 "client's; the IOMMU does not"},
        rule);
    AddProperties(node, key);
  }

  // What the PCI function would have told.
  void AddWithoutFunction(const KfdNode& node, const std::string& key) {
    facts().AddEntity(key, VertexKind::kAccelerator);
    const auto from = FromKernel(node.properties.path);
    facts().AddAttribute(key, attr::kFramework, std::string("kfd"), from);
    facts().AddAttribute(key, attr::kAddress, ToString(package_.address), from);
    facts().AddAttribute(key, attr::kVendor,
                         Hexadecimal(node.properties.Get("vendor_id"), 4),
                         from);
    facts().AddAttribute(key, attr::kDevice,
                         Hexadecimal(node.properties.Get("device_id"), 4),
                         from);
    if (index_.pci_keys().empty()) return;  // a recording without PCI
    reader_.Fault(
        node.properties.path, ErrorCode::kNotFound,
        "PCI function " + ToString(package_.address) + " was not found");
  }

  void AddProperties(const KfdNode& node, const std::string& key) {
    const auto from = FromKernel(node.properties.path);
    const auto add = [&](std::string_view name, AttributeValue value) {
      facts().AddAttribute(key, name, std::move(value), from);
    };
    if (!node.name.empty()) {
      facts().AddAttribute(key, attr::kName, Printable(node.name),
                           FromKernel(node.path + "/name"));
    }
    const std::uint64_t version = node.properties.Get("gfx_target_version");
    if (const auto isa = InstructionSet(version)) add("isa", *isa);
    for (const char* name :
         {"gfx_target_version", "simd_count", "num_xcc", "num_cp_queues",
          "num_sdma_engines", "num_sdma_xgmi_engines",
          "num_sdma_queues_per_engine", "sdma_fw_version"}) {
      if (node.properties.Get(name) == 0) continue;
      add(name, node.properties.GetAmount(name));
    }
    for (const char* name : {"unique_id", "hive_id"}) {
      const std::uint64_t id = node.properties.Get(name);
      if (id != 0) add(name, Hexadecimal(id, 16));
    }
    if (const auto firmware = node.properties.Get("fw_version")) {
      add(attr::kFirmwareVersion, std::to_string(firmware));
    }
    const std::uint64_t minor = node.properties.Get("drm_render_minor");
    if (minor == 0) return;
    add("render_node", "/dev/dri/" + RenderNode(minor));
  }

  void AddMemory() {
    std::vector<std::pair<const KfdNode*, KfdShare>> shares;
    for (const KfdNode* node : package_.nodes) {
      auto share = ShareOf(*node);
      if (share) shares.emplace_back(node, *std::move(share));
    }
    if (shares.empty()) return;
    const std::string key = "memory:" + ToString(package_.address);
    facts().AddEntity(key, VertexKind::kMemoryTarget);
    std::int64_t total = 0;
    for (const auto& [node, share] : shares) {
      constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
      total += std::min(share.size.value(), kMost - total);
      AddShare(*node, share, key);
    }
    const KfdShare& first = shares.front().second;
    const bool is_one = shares.size() == 1 && first.is_one;
    facts().AddAttribute(
        key, attr::kCapacity, Bytes(total),
        is_one ? FromKernel(first.path)
               : Provenance{
                     Evidence::kComputed,
                     "sum of the banks of its KFD nodes; e.g. /" + first.path});
    const std::string width = std::to_string(first.width);
    facts().AddAttribute(
        key, attr::kMemoryKind, std::string(Name(KindOf(first))),
        {Evidence::kComputed,
         KindOf(first) == MemoryKind::kHbm
             ? "a bus of " + width + " bits: 1,024 and more are HBM"
             : "device memory of a bus of " + width + " bits"});
  }

  void AddShare(const KfdNode& node, const KfdShare& share,
                const std::string& memory) {
    const std::string gpu = KfdKey(node.index);
    facts().AddRelation(gpu, memory, RelationKind::kSharesMemory,
                        FromKernel(share.path));
    facts().AddAttribute(
        gpu, attr::kMemory, share.size,
        share.is_one ? FromKernel(share.path)
                     : Provenance{Evidence::kComputed,
                                  "sum of its banks; e.g. /" + share.path});
    LinkFact link = OnDieLink(gpu, memory);
    link.forward.bandwidth =
        BandwidthOf(share, node.properties.Get("gfx_target_version"));
    link.backward.bandwidth = link.forward.bandwidth;
    facts().links.push_back(link);
    // The same GPU by its other name is as near to it.
    const std::string render =
        "accelerator:" + RenderNode(node.properties.Get("drm_render_minor"));
    if (!index_.KindOf(render)) return;
    facts().AddRelation(render, memory, RelationKind::kSharesMemory,
                        FromKernel(share.path));
    link.from = render;
    facts().links.push_back(std::move(link));
  }

  const FactReader& reader_;
  const FactIndex& index_;
  const KfdPackage& package_;
};

}  // namespace

std::string KfdKey(int node) {
  return "accelerator:kfd-" + std::to_string(node);
}

void AddKfdPackage(const FactReader& reader, const FactIndex& index,
                   const KfdPackage& package) {
  Adder(reader, index, package).Run();
}

}  // namespace acceld::probes
