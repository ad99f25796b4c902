#include "probes/gpu_memory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/sys_root.h"
#include "probes/attribute_writer.h"

namespace acceld::probes {
namespace {

constexpr const char* kCgroup = "sys/fs/cgroup/dmem.capacity";
constexpr std::int64_t kMost = AttributeWriter::kMost;

// The next line of `text`, which it is taken from.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t size = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return line;
}

// The next word of `line`, "0x0000380000000000".
std::optional<std::uint64_t> TakeHex(std::string_view& line) {
  constexpr std::string_view kPrefix = "0x";
  const std::size_t size = std::min(line.find(' '), line.size());
  std::string_view word = line.substr(0, size);
  line.remove_prefix(std::min(size + 1, line.size()));
  if (!word.starts_with(kPrefix)) return std::nullopt;
  word.remove_prefix(kPrefix.size());
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), number, 16);
  if (error != std::errc() || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return number;
}

// GPUs with memory of their own whose driver does not say how much.
bool IsSilentAboutMemory(const FactIndex& index, const Accelerator& gpu) {
  constexpr std::array<std::string_view, 3> kDrivers = {"i915", "nouveau",
                                                        "xe"};
  if (std::find(kDrivers.begin(), kDrivers.end(), gpu.driver) ==
      kDrivers.end()) {
    return false;
  }
  // A GPU on the CPUs' die has a window too, into the machine's memory.
  const Attribute* port = index.Get(gpu.owner, attr::kPortType);
  return port != nullptr && ToText(port->value) != "integrated-endpoint";
}

std::optional<Sourced<Bytes>> ReadTotal(const FactReader& reader,
                                        const FactIndex& index,
                                        const Accelerator& gpu,
                                        const std::string& address) {
  // amdgpu; 0 on an APU without a carve-out, whose memory is the machine's.
  const std::string file = gpu.device_path + "/mem_info_vram_total";
  if (const auto bytes = reader.IntegerIn(file, 0, kMost)) {
    return Sourced<Bytes>{Bytes(*bytes), FromKernel(file)};
  }
  if (address.empty()) return std::nullopt;
  if (const auto capacity = reader.SharedText(kCgroup)) {
    if (const auto bytes = VramInCgroup(*capacity, address)) {
      return Sourced<Bytes>{Bytes(*bytes), FromKernel(kCgroup)};
    }
  }
  if (!IsSilentAboutMemory(index, gpu)) return std::nullopt;
  const std::string windows = gpu.device_path + "/resource";
  const auto text = reader.Text(windows);
  const auto bytes = text ? LargestWindow(*text) : std::nullopt;
  if (!bytes) return std::nullopt;
  return Sourced<Bytes>{
      Bytes(*bytes),
      {Evidence::kAssumed, "/" + windows +
                               ": the largest prefetchable window, a power of "
                               "two: the memory is no larger if all of it is "
                               "behind the window"}};
}

// Memory that the CPUs see as a NUMA node is a target already.
bool HasMemory(const FactSet& facts, const std::string& owner) {
  return std::any_of(facts.relations.begin(), facts.relations.end(),
                     [&](const RelationFact& relation) {
                       return relation.kind == RelationKind::kSharesMemory &&
                              relation.from == owner;
                     });
}

void AddTarget(const FactReader& reader, const Accelerator& gpu,
               const std::string& address, const Sourced<Bytes>& total) {
  FactSet& facts = reader.facts();
  if (address.empty() || total.value == Bytes(0)) return;
  if (HasMemory(facts, gpu.owner)) return;
  const std::string key = "memory:" + address;
  const Provenance from{Evidence::kComputed,
                        "/" + gpu.device_path + ": memory of the function"};
  facts.AddEntity(key, VertexKind::kMemoryTarget);
  // Another driver may know that it is HBM.
  facts.AddAttribute(key, attr::kMemoryKind,
                     std::string(Name(MemoryKind::kDevice)),
                     {Evidence::kAssumed, from.source});
  facts.AddAttribute(key, attr::kCapacity, total.value, total.from);
  facts.AddRelation(gpu.key, key, RelationKind::kSharesMemory, from);
}

}  // namespace

void AddGpuMemory(const FactReader& reader, const FactIndex& index,
                  const Accelerator& gpu) {
  const Attribute* known = index.Get(gpu.owner, attr::kAddress);
  const std::string address = known == nullptr ? "" : ToText(known->value);
  const AttributeWriter writer(reader, gpu.key, gpu.device_path);
  writer.CopyBytes("mem_info_vram_used", attr::kMemoryUsed);
  writer.CopyBytes("mem_info_vis_vram_total", "memory_visible");
  const auto total = ReadTotal(reader, index, gpu, address);
  if (!total) return;
  writer.Add(attr::kMemory, total->value, total->from);
  AddTarget(reader, gpu, address, *total);
}

std::optional<std::int64_t> VramInCgroup(std::string_view capacity,
                                         std::string_view address) {
  const std::string prefix = "drm/" + std::string(address) + "/vram";
  std::optional<std::int64_t> total;
  while (!capacity.empty()) {
    const std::string_view line = TakeLine(capacity);
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with(prefix) || space == std::string_view::npos) continue;
    const auto bytes = ParseInteger(line.substr(space + 1));
    if (!bytes || *bytes < 0 || *bytes > kMost - total.value_or(0)) {
      return std::nullopt;
    }
    total = total.value_or(0) + *bytes;
  }
  return total;
}

std::optional<std::int64_t> LargestWindow(std::string_view resource) {
  constexpr int kWindows = 6;  // PCI_STD_NUM_BARS, linux/pci.h
  // IORESOURCE_MEM and IORESOURCE_PREFETCH, linux/ioport.h
  constexpr std::uint64_t kPrefetchableMemory = 0x2200;
  constexpr std::uint64_t kUnfitted = std::uint64_t{256} << 20;
  std::uint64_t largest = 0;
  for (int i = 0; i < kWindows && !resource.empty(); ++i) {
    std::string_view line = TakeLine(resource);
    const auto start = TakeHex(line);
    const auto end = TakeHex(line);
    const auto flags = TakeHex(line);
    if (!start || !end || !flags || *end <= *start) continue;
    if ((*flags & kPrefetchableMemory) != kPrefetchableMemory) continue;
    largest = std::max(largest, *end - *start + 1);
  }
  if (largest <= kUnfitted || largest > static_cast<std::uint64_t>(kMost)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(largest);
}

}  // namespace acceld::probes
