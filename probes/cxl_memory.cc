#include "probes/cxl_memory.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "probes/dax_devices.h"
#include "probes/memory_blocks.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {
namespace {

// One value of a region's access class; nothing where the kernel does not give
// it (no file, or 0).
struct RateFile {
  const char* file;
  const char* name;
  bool is_latency;
};
constexpr std::array kRateFiles = {
    RateFile{"read_latency", "cxl_read_latency", true},
    RateFile{"write_latency", "cxl_write_latency", true},
    RateFile{"read_bandwidth", "cxl_read_bandwidth", false},
    RateFile{"write_bandwidth", "cxl_write_bandwidth", false},
};

// Class 1 is of the nearest CPUs, class 0 of the nearest initiator of any sort.
std::optional<Attribute> ReadRate(const FactReader& reader,
                                  const std::string& region,
                                  const RateFile& rate) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;  // ns or MiB/s
  for (const char* access : {"/access1/", "/access0/"}) {
    const std::string path = region + access + rate.file;
    const auto value = reader.IntegerIn(path, 0, kMost);
    if (!value || *value == 0) continue;
    AttributeValue typed = Nanoseconds(*value);
    if (!rate.is_latency) typed = BytesPerSecond(*value * (1 << 20));
    return Attribute{rate.name, std::move(typed), FromKernel(path)};
  }
  return std::nullopt;
}

class MemoryWriter {
 public:
  MemoryWriter(const FactReader& reader, const FactIndex& index,
               const CxlBus& bus)
      : reader_(reader),
        index_(index),
        bus_(bus),
        // What is wrong with DAX devices the NUMA probe has said.
        dax_(ReadDaxDevices(FactReader(reader.root(), said_))),
        blocks_(reader) {
    for (const EntityFact& entity : reader.facts().entities) {
      if (entity.kind != VertexKind::kMemoryTarget) continue;
      const Attribute* node = index.Get(entity.key, attr::kOsIndex);
      const auto* number =
          node == nullptr ? nullptr : std::get_if<std::int64_t>(&node->value);
      if (number != nullptr) nodes_.push_back(static_cast<int>(*number));
    }
    for (const CxlDecoder& decoder : bus.decoders) {
      const CxlPort* port = bus.FindPort(decoder.port);
      if (port != nullptr) decoders_[port->uport].push_back(&decoder);
    }
  }

  void Run() {
    std::map<int, std::vector<const CxlRegion*>> by_node;
    for (const CxlRegion& region : bus_.regions) {
      if (const auto node = NodeOf(region)) {
        by_node[*node].push_back(&region);
      } else {
        AddRegion(region);
      }
    }
    for (const auto& [node, regions] : by_node) AddNode(node, regions);
    for (const CxlMemdev& memdev : bus_.memdevs) AddUnused(memdev);
  }

 private:
  [[nodiscard]] bool HasNode(int node) const {
    return std::find(nodes_.begin(), nodes_.end(), node) != nodes_.end();
  }

  [[nodiscard]] std::optional<int> NodeOf(const CxlRegion& region) {
    if (!region.start) return std::nullopt;
    const std::int64_t end = *region.start + region.size.value();
    for (const DaxDevice& dax : dax_) {
      if (dax.is_system_ram && dax.start && dax.target_node &&
          *dax.start >= *region.start && *dax.start < end &&
          HasNode(*dax.target_node)) {
        return dax.target_node;
      }
    }
    return blocks_.OnlineNodeOf(*region.start, region.size, nodes_);
  }

  // The functions of a region's targets, each once, and whether one is an
  // accelerator.
  struct Owners {
    std::set<std::string> keys;
    bool is_accelerator = false;
    std::string mode;  // of the decoders, where the region does not say
  };
  [[nodiscard]] Owners OwnersOf(const CxlRegion& region) const {
    Owners owners;
    owners.mode = region.mode;
    for (const std::string& target : region.targets) {
      const CxlDecoder* decoder = bus_.FindDecoder(target);
      const CxlPort* endpoint =
          decoder == nullptr ? nullptr : bus_.FindPort(decoder->port);
      if (endpoint == nullptr) {
        reader_.Fault(region.path, ErrorCode::kNotFound,
                      "there is no decoder " + target);
        continue;
      }
      if (!endpoint->key.empty()) owners.keys.insert(endpoint->key);
      if (decoder->target_type == "accelerator") owners.is_accelerator = true;
      if (owners.mode.empty()) owners.mode = decoder->mode;
    }
    return owners;
  }

  void AddOwners(const std::set<std::string>& functions,
                 const std::string& memory, const std::string& path) const {
    for (const std::string& function : functions) {
      reader_.facts().AddRelation(function, memory, RelationKind::kSharesMemory,
                                  FromKernel(path));
    }
  }

  [[nodiscard]] std::vector<Attribute> AttributesOf(
      const CxlRegion& region, const std::string& mode) const {
    std::vector<Attribute> attributes = {
        {"interleave_ways", region.ways,
         FromKernel(region.path + "/interleave_ways")},
        {"interleave_granularity", region.granularity,
         FromKernel(region.path + "/interleave_granularity")},
    };
    if (!mode.empty()) {
      attributes.push_back(
          {"cxl_mode", mode,
           FromKernel(region.mode.empty() ? "sys/bus/cxl/devices/decoder*/mode"
                                          : region.path + "/mode")});
    }
    for (const RateFile& rate : kRateFiles) {
      auto found = ReadRate(reader_, region.path, rate);
      if (found) attributes.push_back(*std::move(found));
    }
    return attributes;
  }

  void Write(const std::string& key, std::vector<Attribute> attributes) const {
    for (Attribute& attribute : attributes) {
      reader_.facts().attributes.push_back({key, std::move(attribute)});
    }
  }

  void AddKind(const std::string& key, MemoryKind kind,
               const std::string& path) const {
    reader_.facts().AddAttribute(key, attr::kMemoryKind,
                                 std::string(Name(kind)), FromKernel(path));
  }

  void AddNode(int node, const std::vector<const CxlRegion*>& regions) const {
    const std::string key = MemoryKey(node);
    std::vector<std::string> names;
    std::vector<Attribute> common;
    Bytes covered(0);
    bool is_accelerator = false;
    for (const CxlRegion* region : regions) {
      const Owners owners = OwnersOf(*region);
      AddOwners(owners.keys, key, region->path);
      is_accelerator = is_accelerator || owners.is_accelerator;
      const auto own = AttributesOf(*region, owners.mode);
      if (names.empty()) common = own;
      std::erase_if(common, [&own](const Attribute& attribute) {
        return std::none_of(own.begin(), own.end(), [&](const Attribute& one) {
          return one.name == attribute.name && one.value == attribute.value;
        });
      });
      names.push_back(region->name);
      // Regions may claim any size; more than a number holds is all.
      constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
      covered = Bytes(covered.value() +
                      std::min(region->size.value(), kMost - covered.value()));
    }
    const std::string& path = regions.front()->path;
    Write(key, std::move(common));
    FactSet& facts = reader_.facts();
    facts.AddAttribute(key, "cxl_region", std::move(names), FromKernel(path));
    facts.AddAttribute(key, "online", true, FromKernel(path));
    const Attribute* capacity = index_.Get(key, attr::kCapacity);
    const auto* bytes =
        capacity == nullptr ? nullptr : std::get_if<Bytes>(&capacity->value);
    if (bytes != nullptr && covered.value() >= bytes->value() / 2) {
      AddKind(key, is_accelerator ? MemoryKind::kDevice : MemoryKind::kCxl,
              path);
    }
  }

  // A memory of `size` that is not online.
  void AddOffline(const std::string& key, Bytes size,
                  const std::string& path) const {
    FactSet& facts = reader_.facts();
    facts.AddEntity(key, VertexKind::kMemoryTarget);
    facts.AddAttribute(key, attr::kCapacity, size, FromKernel(path));
    facts.AddAttribute(key, "online", false, FromKernel(path));
  }

  void AddRegion(const CxlRegion& region) const {
    const std::string key = "memory:" + region.name;
    const Owners owners = OwnersOf(region);
    AddOffline(key, region.size, region.path);
    AddKind(key,
            owners.is_accelerator   ? MemoryKind::kDevice
            : owners.mode == "pmem" ? MemoryKind::kPmem
                                    : MemoryKind::kCxl,
            region.path);
    FactSet& facts = reader_.facts();
    facts.AddAttribute(key, "cxl_region", std::vector<std::string>{region.name},
                       FromKernel(region.path));
    Write(key, AttributesOf(region, owners.mode));
    AddOwners(owners.keys, key, region.path);
  }

  // What of a memory device's capacity no decoder was given.
  void AddUnused(const CxlMemdev& memdev) const {
    Bytes ram = memdev.ram;
    Bytes pmem = memdev.pmem;
    const auto own = decoders_.find(memdev.real);
    if (own != decoders_.end()) {
      for (const CxlDecoder* decoder : own->second) {
        Bytes& part = decoder->mode == "pmem" ? pmem : ram;
        part = Bytes(std::max<std::int64_t>(
            0, part.value() - decoder->device_size.value()));
      }
    }
    // Two sizes of files may be any; their sum need not be a number.
    std::int64_t unused = 0;
    if (__builtin_add_overflow(ram.value(), pmem.value(), &unused)) {
      return reader_.Fault(memdev.path, ErrorCode::kCorruptInput,
                           "an impossible size");
    }
    if (unused == 0) return;
    const std::string key = "memory:" + memdev.name;
    AddOffline(key, Bytes(unused), memdev.path);
    AddKind(key, ram == Bytes(0) ? MemoryKind::kPmem : MemoryKind::kCxl,
            memdev.path);
    if (!memdev.key.empty()) AddOwners({memdev.key}, key, memdev.path);
  }

  const FactReader& reader_;
  const FactIndex& index_;
  const CxlBus& bus_;
  FactSet said_;
  std::vector<DaxDevice> dax_;
  MemoryBlocks blocks_;
  std::vector<int> nodes_;  // with memory
  // By the device (`uport`) whose memory they decode.
  std::unordered_map<std::string, std::vector<const CxlDecoder*>> decoders_;
};

}  // namespace

void AddCxlMemories(const FactReader& reader, const FactIndex& index,
                    const CxlBus& bus) {
  if (bus.regions.empty() && bus.memdevs.empty()) return;
  MemoryWriter(reader, index, bus).Run();
}

}  // namespace acceld::probes
