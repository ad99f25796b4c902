#include "probes/nvidia_probe.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"
#include "probes/numa_nodes.h"
#include "probes/nvidia_mig.h"
#include "probes/nvidia_numa_status.h"
#include "probes/nvidia_switches.h"
#include "probes/pci_address.h"
#include "probes/pci_links.h"

namespace acceld::probes {
namespace {

constexpr const char* kVersion = "proc/driver/nvidia/version";
constexpr std::int64_t kMostMinors = 255;  // 255 is /dev/nvidiactl

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t begin =
      std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(begin);
  const std::size_t end = text.find_last_not_of(kSpace);
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

// The lines "Model: \t NVIDIA A100-SXM4-80GB" of `information`. What the driver
// does not know yet it fills with question marks: such values are left out.
std::map<std::string, std::string, std::less<>> ParseInformation(
    std::string_view text) {
  std::map<std::string, std::string, std::less<>> fields;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view value = Trimmed(line.substr(colon + 1));
    if (value.empty() || value == "N/A" || value.find('?') != value.npos) {
      continue;
    }
    fields.emplace(Trimmed(line.substr(0, colon)), Printable(value));
  }
  return fields;
}

// "535.129.03" of "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03
// Thu Oct 19 ...": the first word of digits and dots, with one of each.
std::string ParseDriverVersion(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (word.find('.') != std::string_view::npos && word.front() != '.' &&
        word.find_first_not_of("0123456789.") == std::string_view::npos) {
      return std::string(word);
    }
  }
  return {};
}

class Prober {
 public:
  Prober(const FactReader& reader, const FactIndex& index)
      : reader_(reader), index_(index) {
    if (const auto text = reader.Text(kVersion)) {
      version_ = ParseDriverVersion(*text);
    }
  }

  void Run() {
    std::vector<NvidiaGpu> gpus;
    for (const std::string& name : reader_.Names(kNvidiaGpus)) {
      if (ParsePciAddress(name)) {
        gpus.push_back(AddGpu(name));
      } else {
        reader_.Fault(std::string(kNvidiaGpus) + "/" + name,
                      ErrorCode::kCorruptInput, "no PCI address");
      }
    }
    AddNvSwitches(reader_, index_, gpus);
  }

 private:
  void Add(const std::string& key, std::string_view name, AttributeValue value,
           Provenance from) const {
    reader_.facts().AddAttribute(key, name, std::move(value), std::move(from));
  }

  [[nodiscard]] NvidiaGpu AddGpu(const std::string& address) {
    NvidiaGpu gpu;
    const std::string directory = std::string(kNvidiaGpus) + "/" + address;
    const std::string path = directory + "/information";
    const auto text = reader_.Text(path);
    const auto fields = ParseInformation(text.value_or(""));
    const auto field = [&fields](std::string_view name) {
      const auto found = fields.find(name);
      return found == fields.end() ? std::string() : found->second;
    };
    gpu.model = field("Model");
    gpu.is_excluded = field("GPU Excluded") == "Yes";
    if (text) gpu.key = AddAccelerator(address, path, field("Device Minor"));
    const std::optional<std::string> node = MemoryNode(address);
    if (node) ShareMemory(address, gpu.key, *node);
    if (gpu.key.empty()) return gpu;
    AddSva(gpu.key, address, node.has_value());
    const Provenance from = FromKernel(path);
    const auto copy = [&](std::string_view attribute, std::string_view name) {
      if (auto value = field(name); !value.empty()) {
        Add(gpu.key, attribute, std::move(value), from);
      }
    };
    copy("model", "Model");
    copy("uuid", "GPU UUID");
    copy("vbios_version", "Video BIOS");
    copy(attr::kFirmwareVersion, "GPU Firmware");
    if (!version_.empty()) {
      Add(gpu.key, attr::kDriverVersion, version_, FromKernel(kVersion));
    }
    if (gpu.is_excluded) {
      HealthReport health;
      health.Failed("excluded when the driver was loaded", path);
      health.AddTo(reader_.facts(), gpu.key);
    }
    return gpu;
  }

  // The key; empty, with a fault, where no node belongs to the GPU.
  [[nodiscard]] std::string AddAccelerator(const std::string& address,
                                           const std::string& path,
                                           const std::string& minor) {
    const auto number = ParseInteger(minor);
    if (!number || *number < 0 || *number >= kMostMinors) {
      reader_.Fault(path, ErrorCode::kCorruptInput, "no Device Minor");
      return {};
    }
    const auto [first, is_new] = gpus_by_minor_.emplace(*number, address);
    if (!is_new) {
      reader_.Fault(path, ErrorCode::kCorruptInput,
                    "Device Minor " + minor + " is that of the GPU at " +
                        first->second + ": left out");
      return {};
    }
    const auto made = probes::AddAccelerator(
        reader_, index_,
        {"nvidia", std::string(kNvidiaGpus) + "/" + address,
         "nvidia" + std::to_string(*number), "/dev/",
         "sys/bus/pci/devices/" + address});
    if (!made) return {};
    const bool is_split = AddMigInstances(reader_, static_cast<int>(*number));
    DriverTraits traits = NvidiaDriver();
    // In instances, the whole is not to be had: they have functions of theirs.
    if (is_split) traits.functions = {};
    AddTraits(reader_, *made, traits);
    return made->key;
  }

  // "memory:250", where the GPU's memory is a node that the machine has. What
  // is wrong with the file, the NUMA probe has said.
  [[nodiscard]] std::optional<std::string> MemoryNode(
      const std::string& address) const {
    const auto text = reader_.root().ReadAttribute(NumaStatusPath(address));
    const auto node = text ? ParseNumaStatus(*text) : Result<int>(-1);
    if (!node || *node < 0) return std::nullopt;
    std::string key = MemoryKey(*node);
    const Attribute* kind = index_.Get(key, attr::kMemoryKind);
    if (kind == nullptr || ToText(kind->value) != Name(MemoryKind::kDevice)) {
      return std::nullopt;
    }
    return key;
  }

  void ShareMemory(const std::string& address, const std::string& gpu,
                   const std::string& memory) const {
    const Provenance from = FromKernel(NumaStatusPath(address));
    const auto function = index_.PciKey(*ParsePciAddress(address));
    if (!function) {
      return reader_.Fault(NumaStatusPath(address), ErrorCode::kNotFound,
                           "PCI function " + address + " was not found");
    }
    FactSet& facts = reader_.facts();
    facts.AddRelation(*function, memory, RelationKind::kSharesMemory, from);
    facts.links.push_back(OnDieLink(*function, memory));
    if (gpu.empty()) return;
    facts.AddRelation(gpu, memory, RelationKind::kSharesMemory, from);
    facts.links.push_back(OnDieLink(gpu, memory));
    if (const Attribute* capacity = index_.Get(memory, attr::kCapacity)) {
      Add(gpu, attr::kMemory, capacity->value, capacity->from);
    }
  }

  // Where CPUs and GPU see memory alike, the driver binds address spaces
  // (os_iommu_sva_bind); elsewhere it has page tables of its own.
  void AddSva(const std::string& gpu, const std::string& address,
              bool is_coherent) const {
    const auto function = index_.PciKey(*ParsePciAddress(address));
    if (is_coherent && function) {
      return InheritSva(reader_, index_,
                        Accelerator{gpu, {}, {}, {}, *function});
    }
    const Provenance rule{Evidence::kComputed,
                          "no numa_status: the driver has page tables of its "
                          "own and binds no address space at the IOMMU"};
    Add(gpu, attr::kSva, std::string("no"), rule);
    Add(gpu, attr::kSvaReasons,
        std::vector<std::string>{"the driver binds no address space"}, rule);
  }

  const FactReader& reader_;
  const FactIndex& index_;
  std::string version_;
  std::map<std::int64_t, std::string> gpus_by_minor_;  // addresses
};

}  // namespace

void RunNvidiaProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  Prober(reader, index).Run();
}

}  // namespace acceld::probes
