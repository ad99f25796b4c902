#include "probes/dax_probe.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/attribute_writer.h"
#include "probes/dax_devices.h"
#include "probes/fact_reader.h"
#include "probes/numa_attachment.h"

namespace acceld::probes {
namespace {

const std::string kRegions = "sys/bus/nd/devices";

class DaxProbe {
 public:
  explicit DaxProbe(const FactReader& reader)
      : reader_(reader),
        numa_(NumaNodes::Read(reader)),
        // What is wrong with DAX devices the NUMA probe has said.
        dax_(ReadDaxDevices(FactReader(reader.root(), said_))) {}

  void Run() const {
    for (const DaxDevice& dax : dax_) {
      const bool is_cxl = dax.real.find("/dax_region") != std::string::npos;
      if (dax.is_system_ram || is_cxl || !dax.size || *dax.size == Bytes(0)) {
        continue;
      }
      AddDevice(dax);
    }
    for (const std::string& name : reader_.Names(kRegions)) {
      if (name.starts_with("region")) AddRegion(name);
    }
  }

 private:
  // Whether the memory could be made; nothing is added where it could not.
  [[nodiscard]] bool AddOffline(const std::string& key, Bytes size,
                                const std::string& path) const {
    if (!IsKey(key)) {
      reader_.Fault(path, ErrorCode::kCorruptInput, "the name makes no key");
      return false;
    }
    FactSet& facts = reader_.facts();
    facts.AddEntity(key, VertexKind::kMemoryTarget);
    facts.AddAttribute(key, attr::kCapacity, size, FromKernel(path + "/size"));
    facts.AddAttribute(key, "online", false, FromKernel(path));
    std::map<int, int> votes;
    if (const auto node = numa_.ReadNodeOf(reader_, path)) ++votes[*node];
    const NumaAttachment near = numa_.Choose(votes, "/" + path + "/numa_node");
    facts.AddAttribute(key, attr::kNumaNode, std::int64_t{near.node},
                       near.from);
    facts.links.push_back(
        {NumaKey(near.node), key, LinkKind::kMemoryBus, {}, {}, {}});
    return true;
  }

  void AddKind(const std::string& key, MemoryKind kind,
               const std::string& path) const {
    reader_.facts().AddAttribute(key, attr::kMemoryKind,
                                 std::string(Name(kind)), FromKernel(path));
  }

  void AddDevice(const DaxDevice& dax) const {
    const std::string key = "memory:" + dax.name;
    if (!AddOffline(key, *dax.size, dax.path)) return;
    const AttributeWriter writer(reader_, key, dax.path);
    if (dax.target_node) {
      writer.AddFrom("target_node", "target_node",
                     std::int64_t{*dax.target_node});
    }
    // Behind an NVDIMM bus even CXL is persistent here.
    if (dax.kind) AddKind(key, MemoryKind::kPmem, dax.real);
  }

  void AddRegion(const std::string& name) const {
    const std::string path = kRegions + "/" + name;
    const auto real = reader_.Canonical(path);
    // Behind an nvdimm-bridge it is a CXL region, which has its own vertex.
    if (!real || real->find("/nvdimm-bridge") != std::string::npos) return;
    const bool has_dax =
        std::any_of(dax_.begin(), dax_.end(), [&](const DaxDevice& dax) {
          return dax.real.starts_with(*real + "/");
        });
    const auto size = reader_.IntegerIn(path + "/size", 0, kLargestDax.value());
    if (has_dax || !size || *size == 0) return;
    const std::string key = "memory:nd-" + name;
    if (!AddOffline(key, Bytes(*size), path)) return;
    const AttributeWriter writer(reader_, key, path);
    const auto node = reader_.Integer(path + "/target_node");
    // -1: it would become no node of its own.
    if (node && *node >= 0) writer.AddFrom("target_node", "target_node", *node);
    (void)writer.CopyText("persistence_domain", "persistence_domain");
    (void)writer.CopyInteger("mappings", "nvdimms");
    // "nd_volatile" regions and those of other types are not persistent.
    if (reader_.Text(path + "/devtype") == "nd_pmem") {
      AddKind(key, MemoryKind::kPmem, path + "/devtype");
    }
  }

  const FactReader& reader_;
  NumaNodes numa_;
  FactSet said_;
  std::vector<DaxDevice> dax_;
};

}  // namespace

void RunDaxProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  DaxProbe(reader).Run();
}

}  // namespace acceld::probes
