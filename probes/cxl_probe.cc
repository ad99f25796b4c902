#include "probes/cxl_probe.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/attribute_writer.h"
#include "probes/cxl_bus.h"
#include "probes/cxl_links.h"
#include "probes/cxl_memory.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/numa_probe.h"
#include "probes/pci_address.h"

namespace acceld::probes {
namespace {

void AddMemdev(const FactReader& reader, const CxlMemdev& memdev) {
  if (memdev.key.empty()) {
    reader.Fault(memdev.path, ErrorCode::kNotFound, "of no PCI function");
    return;
  }
  const AttributeWriter writer(reader, memdev.key, memdev.path);
  writer.AddFrom("dev", "cxl_memdev", memdev.name);
  AddFirmwareVersion(reader, memdev.key, writer.Path("firmware_version"));
  writer.AddFrom("ram/size", "cxl_ram_size", memdev.ram);
  writer.AddFrom("pmem/size", "cxl_pmem_size", memdev.pmem);
  // -1: the platform knows no classes.
  (void)writer.CopyInteger("ram/qos_class", "cxl_ram_qos_class", -1);
  (void)writer.CopyInteger("pmem/qos_class", "cxl_pmem_qos_class", -1);
  (void)writer.CopyText("security/state", "cxl_security");
}

// What kind of CXL device a function is, by what its decoders decode.
void AddType(const FactReader& reader, const CxlBus& bus,
             const CxlDecoder& decoder) {
  const CxlPort* port = bus.FindPort(decoder.port);
  if (port == nullptr || port->key.empty() ||
      !port->name.starts_with("endpoint")) {
    return;
  }
  std::int64_t type = 0;
  if (decoder.target_type == "accelerator") type = 2;
  if (decoder.target_type == "expander") type = 3;
  if (type == 0) return;
  reader.facts().AddAttribute(port->key, "cxl_type", type,
                              FromKernel(decoder.path + "/target_type"));
}

CxlBus AddAll(const FactReader& reader, CxlPlaces& places) {
  const FactIndex index(reader.facts());
  CxlBus bus = ReadCxlBus(reader, index, places);
  AddCxlPorts(reader, bus);
  for (const CxlMemdev& memdev : bus.memdevs) AddMemdev(reader, memdev);
  for (const CxlDecoder& decoder : bus.decoders) AddType(reader, bus, decoder);
  AddCxlMemories(reader, index, bus);
  return bus;
}

// What the facts depend on beside the files of the bus and of memory: what the
// PCI probe says of these.
struct CxlMemory final : ProbeMemory {
  std::set<PciAddress> functions;  // the bus's devices, and all above them
  std::vector<std::string> host_bridges;
  CxlPlaces places;
};

// Links are made with the devices of the bus, and with the functions that they
// lead to.
CxlPlaces StandingPlaces(CxlPlaces places, const Changes& changes) {
  if (changes.AnyOf(kNumaSubsystems)) return {};
  std::erase_if(places, [&changes](const auto& place) {
    const auto functions = PciAddressesInPath(place.second);
    return std::ranges::any_of(functions, [&changes](const auto& function) {
      return changes.Touches(function);
    });
  });
  return places;
}

std::set<PciAddress> FunctionsOf(const CxlBus& bus) {
  std::set<PciAddress> functions;
  const auto add = [&functions](const std::string& path) {
    for (const PciAddress& one : PciAddressesInPath(path)) {
      functions.insert(one);
    }
  };
  for (const CxlPort& port : bus.ports) {
    add(port.uport);
    add(port.parent_dport);
    for (const CxlDport& dport : port.dports) add(dport.real);
  }
  for (const CxlMemdev& memdev : bus.memdevs) add(memdev.real);
  return functions;
}

std::vector<std::string> HostBridgesIn(const FactSet& facts) {
  std::vector<std::string> keys;
  for (const EntityFact& entity : facts.entities) {
    if (entity.kind == VertexKind::kHostBridge) keys.push_back(entity.key);
  }
  return keys;
}

bool Stands(const CxlMemory& memory, const Changes& changes,
            const FactSet& facts) {
  return !changes.AnyOf(kNumaSubsystems) &&
         std::none_of(memory.functions.begin(), memory.functions.end(),
                      [&changes](const PciAddress& function) {
                        return changes.Touches(function);
                      }) &&
         memory.host_bridges == HostBridgesIn(facts);
}

}  // namespace

void RunCxlProbe(const SysRoot& root, FactSet& facts) {
  CxlPlaces places;
  (void)AddAll(FactReader(root, facts), places);
}

bool RerunCxlProbe(const SysRoot& root, const Changes& changes,
                   std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  // Made here, below.
  auto* kept = static_cast<CxlMemory*>(memory.get());
  if (kept != nullptr && Stands(*kept, changes, facts)) return false;
  auto read = std::make_unique<CxlMemory>();
  read->host_bridges = HostBridgesIn(facts);
  const std::size_t faults = facts.faults.size();
  if (kept != nullptr) {
    read->places = StandingPlaces(std::move(kept->places), changes);
  }
  read->functions = FunctionsOf(AddAll(FactReader(root, facts), read->places));
  // A path that leads nowhere does not say which function would mend it.
  memory = facts.faults.size() == faults ? std::move(read) : nullptr;
  return true;
}

}  // namespace acceld::probes
