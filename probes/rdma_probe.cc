#include "probes/rdma_probe.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/rdma_port.h"

namespace acceld::probes {
namespace {

const std::string kDevices = "sys/class/infiniband";
const std::string kVerbs = "sys/class/infiniband_verbs";

class DeviceWriter {
 public:
  DeviceWriter(const FactReader& reader, std::string key, std::string path)
      : reader_(reader), key_(std::move(key)), path_(std::move(path)) {}

  void Run() const {
    AddFirmwareVersion(reader_, key_, path_ + "/fw_ver");
    AddText("hca_type", "hca_type");
    AddText("board_id", "board_id");
    AddText("node_guid", "node_guid");
    AddInterfaces();
    AddPorts();
  }

 private:
  void Add(std::string_view name, AttributeValue value,
           const std::string& file) const {
    reader_.facts().AddAttribute(key_, name, std::move(value),
                                 FromKernel(path_ + "/" + file));
  }
  void AddText(std::string_view name, const std::string& file) const {
    const auto text = reader_.Text(path_ + "/" + file);
    if (text && !text->empty()) Add(name, Printable(*text), file);
  }

  // The network interfaces of the same function.
  void AddInterfaces() const {
    std::vector<std::string> names;
    for (const std::string& name : reader_.Names(path_ + "/device/net")) {
      names.push_back(Printable(name));
    }
    if (!names.empty()) Add("netdev", std::move(names), "device/net");
  }

  void AddPorts() const {
    const std::vector<RdmaPort> ports = ReadRdmaPorts(reader_, path_);
    if (ports.empty()) return;
    std::vector<std::string> texts;
    std::vector<std::string> layers;
    std::optional<BytesPerSecond> rate;  // of the fastest that passes data
    std::string trouble;
    bool all_known = true;
    for (const RdmaPort& port : ports) {
      texts.push_back(ToText(port));
      if (!port.link_layer.empty() &&
          std::find(layers.begin(), layers.end(), port.link_layer) ==
              layers.end()) {
        layers.push_back(port.link_layer);
      }
      all_known = all_known && !port.state.empty();
      if (port.IsActive() && port.rate && (!rate || *port.rate > *rate)) {
        rate = port.rate;
      }
      if (port.IsActive() || port.state.empty()) continue;
      trouble += (trouble.empty() ? "port " : "; port ") +
                 std::to_string(port.number) + " is " + port.state;
      if (!port.phys_state.empty()) trouble += " (" + port.phys_state + ")";
    }
    Add("ports", std::move(texts), "ports");
    if (!layers.empty()) Add("link_layer", std::move(layers), "ports");
    if (rate) Add("port_rate", *rate, "ports");
    if (!trouble.empty()) {
      Add(attr::kHealth, std::string("degraded"), "ports");
      Add(attr::kHealthReason, std::move(trouble), "ports");
    } else if (all_known) {
      Add(attr::kHealth, std::string("ok"), "ports");
    }
  }

  const FactReader& reader_;
  std::string key_;
  std::string path_;
};

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
    DeviceWriter(reader, key, kDevices + "/" + name).Run();
  }
  for (const std::string& name : reader.Names(kVerbs)) {
    // "abi_version" is a file of the class, not a device.
    if (name.starts_with("uverbs")) AddVerbs(reader, index, name);
  }
}

}  // namespace acceld::probes
