#include "probes/cxl_probe.h"

#include <string>

#include "probes/attribute_writer.h"
#include "probes/cxl_bus.h"
#include "probes/cxl_links.h"
#include "probes/cxl_memory.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

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

}  // namespace

void RunCxlProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  const CxlBus bus = ReadCxlBus(reader, index);
  AddCxlPorts(reader, bus);
  for (const CxlMemdev& memdev : bus.memdevs) AddMemdev(reader, memdev);
  for (const CxlDecoder& decoder : bus.decoders) AddType(reader, bus, decoder);
  AddCxlMemories(reader, index, bus);
}

}  // namespace acceld::probes
