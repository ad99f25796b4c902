#include "probes/cxl_bus.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "probes/pci_address.h"

namespace acceld::probes {
namespace {

const std::string kDevices = "sys/bus/cxl/devices";

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostWays = 16;  // CXL 3.1, 8.2.4.20.7

// The last but one component: the directory that `path` is in.
std::string Above(std::string_view path) {
  const std::size_t last = path.rfind('/');
  if (last == std::string_view::npos) return {};
  path = path.substr(0, last);
  return std::string(path.substr(path.rfind('/') + 1));
}

// "mem12" is a memory device, "memory12" or "mem" none.
bool IsNumbered(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return !name.empty() &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string Word(const FactReader& reader, const std::string& path) {
  return Printable(reader.Text(path).value_or(""));
}

std::int64_t Number(const FactReader& reader, const std::string& path,
                    std::int64_t otherwise, std::int64_t most) {
  return reader.IntegerIn(path, 0, most).value_or(otherwise);
}

Bytes Size(const FactReader& reader, const std::string& path) {
  return Bytes(Number(reader, path, 0, kMost));
}

class BusReader {
 public:
  BusReader(const FactReader& reader, const FactIndex& index, CxlPlaces& places)
      : reader_(reader), index_(index), places_(places) {}

  CxlBus Run() {
    for (const std::string& name : reader_.Names(kDevices)) {
      const std::string path = kDevices + "/" + name;
      if (IsNumbered(name, "root") || IsNumbered(name, "port") ||
          IsNumbered(name, "endpoint")) {
        ReadPort(name, path);
      } else if (IsNumbered(name, "decoder")) {
        ReadDecoder(name, path);
      } else if (IsNumbered(name, "mem")) {
        ReadMemdev(name, path);
      } else if (IsNumbered(name, "region")) {
        ReadRegion(name, path);
      }
    }
    return std::move(bus_);
  }

 private:
  [[nodiscard]] std::optional<std::string> Canonical(const std::string& path) {
    const auto known = places_.find(path);
    if (known != places_.end()) return known->second;
    auto real = reader_.Canonical(path);
    if (real) places_.emplace(path, *real);
    return real;
  }

  // The vertex of a device under /sys/devices; empty where none is known. A
  // host bridge is its directory ("pci0000:80") or, up to Linux 6.1, the ACPI
  // device that stands for it.
  [[nodiscard]] std::string KeyOf(const std::string& real) const {
    if (const auto address = PciAddressInPath(real)) {
      return index_.PciKey(*address).value_or("");
    }
    std::string_view name = real;
    auto bus = ParsePciRootBus(name.substr(name.rfind('/') + 1));
    std::optional<std::string> physical;
    if (!bus) physical = reader_.LinkName(real + "/physical_node");
    if (physical) bus = ParsePciRootBus(*physical);
    if (!bus) return {};
    std::string key = HostBridgeKey(*bus);
    return index_.KindOf(key) ? key : std::string();
  }

  void ReadPort(const std::string& name, const std::string& path) {
    const auto real = Canonical(path);
    if (!real) return;
    CxlPort port;
    port.name = name;
    port.path = path;
    if (!name.starts_with("root")) {
      port.parent = Above(*real);
      port.uport = Canonical(path + "/uport").value_or("");
      port.key = KeyOf(port.uport);
      port.parent_dport = Canonical(path + "/parent_dport").value_or("");
    }
    for (const std::string& entry : reader_.Names(path)) {
      constexpr std::string_view kDport = "dport";
      if (!IsNumbered(entry, kDport)) continue;
      const auto id = ParseInteger(std::string_view(entry).substr(5));
      const auto device = Canonical(path + "/" + entry);
      if (!id || !device) continue;
      port.dports.push_back({*id, KeyOf(*device), *device});
    }
    bus_.port_places.emplace(port.name, bus_.ports.size());
    bus_.ports.push_back(std::move(port));
  }

  void ReadDecoder(const std::string& name, const std::string& path) {
    const auto real = Canonical(path);
    if (!real) return;
    const SysRoot near = reader_.root().Near(path);
    const FactReader reader(near, reader_.facts());
    CxlDecoder decoder;
    decoder.name = name;
    decoder.path = path;
    decoder.port = Above(*real);
    decoder.size = Size(reader, path + "/size");
    decoder.ways = Number(reader, path + "/interleave_ways", 1, kMostWays);
    decoder.granularity = Size(reader, path + "/interleave_granularity");
    decoder.device_size = Size(reader, path + "/dpa_size");
    decoder.mode = Word(reader, path + "/mode");
    decoder.target_type = Word(reader, path + "/target_type");
    decoder.region = Word(reader, path + "/region");
    bus_.decoder_places.emplace(decoder.name, bus_.decoders.size());
    bus_.decoders.push_back(std::move(decoder));
  }

  void ReadMemdev(const std::string& name, const std::string& path) {
    const auto real = Canonical(path);
    if (!real) return;
    bus_.memdevs.push_back({name, path, *real, KeyOf(*real),
                            Size(reader_, path + "/ram/size"),
                            Size(reader_, path + "/pmem/size")});
  }

  void ReadRegion(const std::string& name, const std::string& path) {
    const SysRoot near = reader_.root().Near(path);
    const FactReader reader(near, reader_.facts());
    CxlRegion region;
    region.name = name;
    region.path = path;
    region.size = Size(reader, path + "/size");
    if (region.size == Bytes(0)) return;
    // All ones until the region has addresses.
    if (reader.Text(path + "/resource") != "0xffffffffffffffff") {
      region.start =
          reader.IntegerIn(path + "/resource", 0, kMost - region.size.value());
    }
    region.ways = Number(reader, path + "/interleave_ways", 1, kMostWays);
    region.granularity = Size(reader, path + "/interleave_granularity");
    region.mode = Word(reader, path + "/mode");  // since Linux 6.3
    for (std::int64_t i = 0; i < region.ways; ++i) {
      std::string target = Word(reader, path + "/target" + std::to_string(i));
      if (!target.empty()) region.targets.push_back(std::move(target));
    }
    bus_.regions.push_back(std::move(region));
  }

  const FactReader& reader_;
  const FactIndex& index_;
  CxlPlaces& places_;
  CxlBus bus_;
};

template <typename T>
const T* Find(const std::vector<T>& things,
              const std::unordered_map<std::string, std::size_t>& places,
              const std::string& name) {
  const auto found = places.find(name);
  return found == places.end() ? nullptr : &things[found->second];
}

}  // namespace

const CxlPort* CxlBus::FindPort(const std::string& name) const {
  return Find(ports, port_places, name);
}

const CxlDecoder* CxlBus::FindDecoder(const std::string& name) const {
  return Find(decoders, decoder_places, name);
}

CxlBus ReadCxlBus(const FactReader& reader, const FactIndex& index,
                  CxlPlaces& places) {
  return BusReader(reader, index, places).Run();
}

}  // namespace acceld::probes
