#include "probes/rdma_probe.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/attribute_writer.h"
#include "probes/driver_traits.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"
#include "probes/rdma_port.h"

namespace acceld::probes {
namespace {

const std::string kDevices = "sys/class/infiniband";
const std::string kVerbs = "sys/class/infiniband_verbs";

// The network interfaces of the same function.
void AddInterfaces(const AttributeWriter& writer) {
  std::vector<std::string> names;
  for (const std::string& name :
       writer.reader().Names(writer.Path("device/net"))) {
    names.push_back(Printable(name));
  }
  if (!names.empty()) writer.AddFrom("device/net", "netdev", std::move(names));
}

// A port of unknown state says nothing.
void AddHealth(const AttributeWriter& writer,
               const std::vector<RdmaPort>& ports) {
  HealthReport health;
  for (const RdmaPort& port : ports) {
    const std::string number = std::to_string(port.number);
    const std::string path = writer.Path("ports/" + number + "/state");
    if (port.IsActive()) health.Ok(path);
    if (port.IsActive() || port.state.empty()) continue;
    std::string reason = "port " + number + " is " + port.state;
    if (!port.phys_state.empty()) reason += " (" + port.phys_state + ")";
    health.Degraded(std::move(reason), path);
  }
  health.AddTo(writer.reader().facts(), writer.key());
}

void AddPorts(const AttributeWriter& writer) {
  const std::vector<RdmaPort> ports =
      ReadRdmaPorts(writer.reader(), writer.Path("ports"));
  if (ports.empty()) return;
  std::vector<std::string> texts;
  std::vector<std::string> layers;
  std::optional<BytesPerSecond> rate;  // of the fastest that passes data
  for (const RdmaPort& port : ports) {
    texts.push_back(ToText(port));
    if (!port.link_layer.empty() &&
        std::find(layers.begin(), layers.end(), port.link_layer) ==
            layers.end()) {
      layers.push_back(port.link_layer);
    }
    if (port.IsActive() && port.rate && (!rate || *port.rate > *rate)) {
      rate = port.rate;
    }
  }
  writer.AddFrom("ports", "ports", std::move(texts));
  if (!layers.empty()) writer.AddFrom("ports", "link_layer", std::move(layers));
  if (rate) writer.AddFrom("ports", "port_rate", *rate);
  AddHealth(writer, ports);
}

void AddDevice(const AttributeWriter& writer) {
  AddFirmwareVersion(writer.reader(), writer.key(), writer.Path("fw_ver"));
  for (const char* file : {"hca_type", "board_id"}) {
    (void)writer.CopyText(file, file);
  }
  AddInterfaces(writer);
  AddPorts(writer);
}

// "uverbsN" -> the device that it belongs to.
void AddVerbs(const FactReader& reader, const FactIndex& index,
              const std::string& name) {
  const std::string path = kVerbs + "/" + name;
  const auto device = reader.Text(path + "/ibdev");
  if (!device) return;
  const std::string key = "nic:" + *device;
  // A software device, or one that the io-device probe already complained of.
  if (!index.KindOf(key)) return;
  const Accelerator verbs{key, path, path + "/device", {}, {}};
  reader.facts().AddAttribute(key, attr::kNodePath, "/dev/infiniband/" + name,
                              FromKernel(path));
  (void)AddDeviceNumber(reader, key, attr::kDeviceNumber, path + "/dev");
  AddTraits(reader, verbs, RdmaVerbs());
  reader.facts().AddAttribute(
      key, "grant_note",
      std::string("takes RDMA_VERBS_IOCTL only: the kernel refuses write() to "
                  "whoever did not open it"),
      {Evidence::kComputed, "ib_safe_file_access (include/rdma/ib.h)"});
}

}  // namespace

void RunRdmaProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(kDevices)) {
    const std::string key = "nic:" + name;
    if (!index.KindOf(key)) continue;
    AddDevice(AttributeWriter(reader, key, kDevices + "/" + name));
  }
  for (const std::string& name : reader.Names(kVerbs)) {
    // "abi_version" is a file of the class, not a device.
    if (name.starts_with("uverbs")) AddVerbs(reader, index, name);
  }
}

}  // namespace acceld::probes
