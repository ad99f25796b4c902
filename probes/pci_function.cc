#include "probes/pci_function.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/rated_power.h"

namespace acceld::probes {
namespace {

constexpr std::int64_t kWord = 0xffff;

std::string Hex(std::int64_t number, int digits) {
  std::array<char, 24> text{};
  const int size = std::snprintf(text.data(), text.size(), "%0*llx", digits,
                                 static_cast<unsigned long long>(number));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string KeyOf(PortType port, const PciAddress& address) {
  return std::string(Name(VertexKindOf(port))) + ":" + ToString(address);
}

void ReadPort(const FactReader& reader, const PciNode& node,
              const PciFunction* parent, PciFunction& function) {
  PortPlace place;
  place.is_bridge =
      node.has_children ||
      (function.class_code ? IsPciBridgeClass(*function.class_code)
                           : function.capabilities.is_bridge.value_or(false));
  if (parent != nullptr) place.parent = parent->port;
  if (const auto port = PortTypeByConfig(function.capabilities, place)) {
    function.port = *port;
    function.port_from = FromKernel(node.path + "/config");
    return;
  }
  if (function.capabilities.express_type) {
    reader.Fault(node.path + "/config", ErrorCode::kCorruptInput,
                 "the port type does not fit a " +
                     std::string(place.is_bridge ? "bridge" : "function"));
  }
  function.port = PortTypeByPlace(place);
  function.port_from = {Evidence::kAssumed,
                        "config space not readable: by the place in the tree"};
}

std::optional<PciAddress> ReadPhysical(const FactReader& reader,
                                       const std::string& path) {
  const std::string link = path + "/physfn";
  const auto name = reader.LinkName(link);
  if (!name) return std::nullopt;
  auto address = ParsePciAddress(*name);
  if (!address) {
    reader.Fault(link, ErrorCode::kCorruptInput, "leads to no PCI function");
  }
  return address;
}

class FunctionWriter {
 public:
  FunctionWriter(const FactReader& reader, const PciFunction& function)
      : reader_(reader), function_(function) {}

  void Add(std::string_view name, AttributeValue value, Provenance from) const {
    reader_.facts().AddAttribute(function_.key, name, std::move(value),
                                 std::move(from));
  }
  void Add(std::string_view name, AttributeValue value,
           std::string_view file) const {
    Add(name, std::move(value), FromKernel(Path(file)));
  }

  void AddIdentity() const {
    Add(attr::kAddress, function_.key.substr(function_.key.find(':') + 1),
        FromKernel(function_.path));
    AddHex(attr::kVendor, function_.vendor, "vendor", 4);
    AddHex(attr::kDevice, function_.device, "device", 4);
    AddHex(attr::kClass, function_.class_code, "class", 6);
    AddHex("revision", reader_.IntegerIn(Path("revision"), 0, 0xff), "revision",
           2);
    const auto vendor = reader_.IntegerIn(Path("subsystem_vendor"), 0, kWord);
    const auto device = reader_.IntegerIn(Path("subsystem_device"), 0, kWord);
    if (vendor && device) {
      Add("subsystem", Hex(*vendor, 4) + ":" + Hex(*device, 4),
          "subsystem_vendor, subsystem_device");
    }
    if (auto driver = reader_.LinkName(Path("driver"))) {
      Add(attr::kDriver, *std::move(driver), "driver");
    }
    if (function_.numa_node) {
      Add(attr::kNumaNode, std::int64_t{*function_.numa_node}, "numa_node");
    }
    Add(attr::kPortType, std::string(Name(function_.port)),
        function_.port_from);
    if (const auto state = reader_.Text(Path("power_state"))) {
      // "unknown" (no power management): nothing is known.
      if (*state != "unknown") {
        Add("power_state", Printable(*state), "power_state");
      }
    }
    // Memory of the device that others may reach by peer-to-peer (NVMe CMB).
    // Source: Documentation/ABI/testing/sysfs-bus-pci: p2pmem/size.
    if (const auto size = reader_.Integer(Path("p2pmem/size"))) {
      if (*size > 0) Add("p2pmem", Bytes(*size), "p2pmem/size");
    }
    if (const auto removable = reader_.Text(Path("removable"))) {
      if (*removable == "removable" || *removable == "fixed") {
        Add("removable", *removable == "removable", "removable");
      }
    }
  }

  void AddLinkState() const {
    const PciLinkState& link = function_.link;
    if (link.speed) Add("link_speed", *link.speed, "current_link_speed");
    if (link.width) Add("link_width", *link.width, "current_link_width");
    if (link.max_speed) {
      Add("max_link_speed", *link.max_speed, "max_link_speed");
    }
    if (link.max_width) {
      Add("max_link_width", *link.max_width, "max_link_width");
    }
    // Asked only where it may explain a low speed.
    if (!link.speed || !link.max_speed || *link.speed >= *link.max_speed) {
      return;
    }
    if (const auto status = reader_.Text(Path("power/runtime_status"))) {
      Add("runtime_status", Printable(*status), "power/runtime_status");
    }
  }

  void AddCapabilities(const PciFunction* physical) const {
    const PciCapabilities& own = function_.capabilities;
    Add("config_access", std::string(Name(own.access)), "config");
    if (own.passes_prefixes) {
      Add("tlp_prefixes", *own.passes_prefixes, "config");
    }
    AddSwitch("ats", own.ats_enabled, own.extended_known,
              FromKernel(Path("config")));
    if (own.acs) {
      Add("acs", AcsText(own.acs->supported), "config");
      Add("acs_enabled", AcsText(own.acs->enabled), "config");
    } else if (own.extended_known) {
      Add("acs", std::string("none"), "config");
    }
    AddCxl();
    // A virtual function whose physical one is not there says nothing.
    if (function_.physical && physical == nullptr) return;
    const PciFunction& holder = physical == nullptr ? function_ : *physical;
    const Provenance from =
        physical == nullptr
            ? FromKernel(Path("config"))
            : Provenance{
                  Evidence::kComputed,
                  "/" + holder.path + "/config: the physical function's"};
    const PciCapabilities& shared = holder.capabilities;
    std::optional<bool> pasid;
    if (shared.pasid) pasid = shared.pasid->enabled;
    AddSwitch("pasid", pasid, shared.extended_known, from);
    if (shared.pasid) {
      Add("pasid_capability_width", std::int64_t{shared.pasid->width}, from);
    }
    AddSwitch("pri", shared.pri_enabled, shared.extended_known, from);
  }

 private:
  [[nodiscard]] std::string Path(std::string_view file) const {
    return function_.path + "/" + std::string(file);
  }

  void AddHex(std::string_view name, std::optional<std::int64_t> number,
              std::string_view file, int digits) const {
    if (number) Add(name, Hex(*number, digits), file);
  }

  // Source: CXL 3.1, 2.1 (type 1 caches, type 2 does both, type 3 is memory).
  void AddCxl() const {
    const auto& cxl = function_.capabilities.cxl;
    if (!cxl) return;
    const auto words = [](std::uint16_t bits) {
      std::vector<std::string> protocols;
      if ((bits & 1) != 0) protocols.emplace_back("cache");
      if ((bits & 2) != 0) protocols.emplace_back("io");
      if ((bits & 4) != 0) protocols.emplace_back("mem");
      return protocols;
    };
    Add("cxl_capable", words(cxl->capable), "config");
    Add("cxl_enabled", words(cxl->enabled), "config");
    const bool caches = (cxl->capable & 1) != 0;
    const bool has_memory = (cxl->capable & 4) != 0;
    if (!caches && !has_memory) return;
    const std::int64_t type = !has_memory ? 1 : caches ? 2 : 3;
    Add("cxl_type", type,
        Provenance{Evidence::kComputed,
                   "/" + Path("config") + ": the protocols that it can do"});
  }

  // NAME_capable and NAME_enabled. An absent capability is only a "no" where
  // the whole list was read.
  void AddSwitch(const std::string& name, std::optional<bool> enabled,
                 bool is_known, const Provenance& from) const {
    if (!enabled && !is_known) return;
    Add(name + "_capable", enabled.has_value(), from);
    Add(name + "_enabled", enabled.value_or(false), from);
  }

  const FactReader& reader_;
  const PciFunction& function_;
};

}  // namespace

PciFunction ReadPciFunction(const FactReader& reader, const PciNode& node,
                            const PciFunction* parent, const NumaNodes& numa) {
  PciFunction function;
  function.path = node.path;
  function.vendor = reader.IntegerIn(node.path + "/vendor", 0, kWord);
  function.device = reader.IntegerIn(node.path + "/device", 0, kWord);
  function.class_code = reader.IntegerIn(node.path + "/class", 0, 0xffffff);
  function.capabilities = ReadPciCapabilities(reader, node.path);
  ReadPort(reader, node, parent, function);
  function.key = KeyOf(function.port, node.address);
  function.link = ReadPciLink(reader, node.path);
  function.numa_node = numa.ReadNodeOf(reader, node.path);
  function.physical = ReadPhysical(reader, node.path);
  function.virtual_functions =
      reader.IntegerIn(node.path + "/sriov_numvfs", 0, kWord);
  return function;
}

void AddPciFunction(const FactReader& reader, const PciFunction& function,
                    const PciFunction* physical) {
  reader.facts().AddEntity(function.key, VertexKindOf(function.port));
  const FunctionWriter writer(reader, function);
  writer.AddIdentity();
  writer.AddLinkState();
  writer.AddCapabilities(physical);
  // Ports and bridges are no boards.
  if (VertexKindOf(function.port) == VertexKind::kPciFunction) {
    AddRatedPower(reader, function.key, function.path);
  }
}

}  // namespace acceld::probes
