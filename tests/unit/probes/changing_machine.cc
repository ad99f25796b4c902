#include "tests/unit/probes/changing_machine.h"

#include <array>
#include <string_view>
#include <utility>

namespace acceld::testing {
namespace {

using probes::Uevent;

struct Slot {
  const char* address;
  const char* below;  // a bridge's address, or a root bus
  int class_code;
  int express_type;      // -1: none
  const char* physical;  // of a virtual function
};

// Bridges before what is below them.
constexpr std::array kSlots = {
    Slot{"0000:00:01.0", "pci0000:00", 0x060400, 4, nullptr},
    Slot{"0000:00:02.0", "pci0000:00", 0x030000, 9, nullptr},
    Slot{"0000:01:00.0", "0000:00:01.0", 0x120000, 0, nullptr},
    Slot{"0000:01:00.1", "0000:00:01.0", 0x120000, -1, "0000:01:00.0"},
    Slot{"0000:01:00.2", "0000:00:01.0", 0x120000, -1, "0000:01:00.0"},
    Slot{"0000:3a:00.0", "pci0000:3a", 0x060400, 4, nullptr},
    Slot{"0000:3b:00.0", "0000:3a:00.0", 0x060400, 5, nullptr},
    Slot{"0000:3c:00.0", "0000:3b:00.0", 0x060400, 6, nullptr},
    Slot{"0000:3c:01.0", "0000:3b:00.0", 0x060400, 6, nullptr},
    Slot{"0000:3d:00.0", "0000:3c:00.0", 0x030200, 0, nullptr},
    Slot{"0000:3e:00.0", "0000:3c:01.0", 0x108000, 0, nullptr},
    Slot{"10000:00:00.0", "pci10000:00", 0x088000, 9, nullptr},
};

const Slot& SlotOf(const std::string& address) {
  for (const Slot& slot : kSlots) {
    if (address == slot.address) return slot;
  }
  return kSlots.front();
}

struct DeviceClass {
  const char* subsystem;
  const char* prefix;  // of names
  int first;           // number
};
constexpr std::array kClasses = {
    DeviceClass{"drm", "renderD", 128},
    DeviceClass{"uacce", "hisi_zip-", 0},
    DeviceClass{"net", "eth", 0},
    DeviceClass{"nvme", "nvme", 0},
};

// Of one memory device: below a root port, which is its downstream port.
constexpr const char* kCxlFunction = "0000:01:00.0";
constexpr const char* kCxlPort = "0000:00:01.0";
const std::string kCxlDevices = "sys/bus/cxl/devices/";
const std::string kCxlRoot = "sys/devices/platform/ACPI0017:00/root0";

bool IsAddress(std::string_view text) { return !text.starts_with("pci"); }

}  // namespace

ChangingMachine::ChangingMachine(std::function<int(int)> choose)
    : choose_(std::move(choose)), pci_(tree_) {
  tree_.AddNumaNode({0, "0-3", 1000, "10 21", false});
  tree_.AddNumaNode({1, "4-7", 1000, "21 10", false});
  for (int group = 0; group < 3; ++group) pci_.AddGroup(group, "DMA");
  tree_.AddDirectory("sys/devices/virtual/net/lo");
  tree_.AddLinkTo("sys/class/net/lo", "sys/devices/virtual/net/lo");
}

std::vector<Uevent> ChangingMachine::Change() {
  Events events;
  const std::string address =
      kSlots[static_cast<std::size_t>(choose_(kSlots.size()))].address;
  switch (choose_(20)) {
    case 0:
      AddNode(events);
      break;
    case 1:
      ChangeGroup(events);
      break;
    case 2:
      ChangeUnit(events);
      break;
    case 3:
    case 4:
      RemoveFunction(address, events);
      break;
    case 5:
    case 6:
      ChangeFunction(address, events);
      break;
    case 7:
      SpeakOfHealth(address, events);
      break;
    case 8:
    case 9:
      ChangeClassDevice(address, events);
      break;
    case 10:
      ChangeCxl(events);
      break;
    case 11:
      LoadModule(events);
      break;
    case 12:
    case 13:
      ChangeController(events);
      break;
    case 14:
      ChangeClassDevice(address, events);
      break;
    default:
      AddFunction(address, events);
  }
  return events;
}

// With what is above it, as a shelf that is plugged in.
void ChangingMachine::AddFunction(const std::string& address, Events& events) {
  if (present_.contains(address)) return;
  const Slot& slot = SlotOf(address);
  if (IsAddress(slot.below)) AddFunction(slot.below, events);
  if (slot.physical != nullptr) AddFunction(slot.physical, events);
  PciSpec spec;
  spec.address = address;
  spec.below = slot.below;
  spec.vendor = 0x1000 + choose_(4);
  spec.device = 0x10 + choose_(4);
  spec.class_code = slot.class_code;
  spec.numa_node = choose_(nodes_ + 1) - 1;
  spec.iommu_group = choose_(4) - 1;
  pci_.Add(spec);
  group_of_[address] = spec.iommu_group;
  present_.insert(address);
  counts_errors_.erase(address);
  if (Flip()) counts_errors_.insert(address);
  WriteState(address);
  if (slot.physical != nullptr) {
    pci_.LinkVirtual(slot.physical, address.back() - '1', address);
    tree_.AddFile(pci_.PathOf(slot.physical) + "/sriov_numvfs",
                  std::to_string(address.back() - '0') + "\n");
  }
  if (IsAddress(slot.below)) LinkUp(slot.below);
  events.push_back({"add", DevpathOf(address), "pci"});
}

void ChangingMachine::RemoveFunction(const std::string& address,
                                     Events& events) {
  if (!present_.contains(address)) return;
  for (const Slot& slot : kSlots) {
    if (slot.below == address ||
        (slot.physical != nullptr && slot.physical == address)) {
      RemoveFunction(slot.address, events);
    }
  }
  const auto devices = class_devices_;
  for (const auto& [name, device] : devices) {
    if (device.function == address) RemoveClassDevice(name, events);
  }
  if (has_cxl_ && address == kCxlFunction) RemoveCxl(events);
  const Slot& slot = SlotOf(address);
  if (slot.physical != nullptr) {
    const std::string physical = pci_.PathOf(slot.physical);
    tree_.Remove(physical + "/virtfn" + std::to_string(address.back() - '1'));
    tree_.AddFile(physical + "/sriov_numvfs", "0\n");
  }
  if (has_unit_) {
    tree_.Remove("sys/devices/virtual/iommu/dmar0/devices/" + address);
  }
  tree_.Remove("sys/bus/pci/devices/" + address);
  tree_.Remove(pci_.PathOf(address));
  present_.erase(address);
  if (IsAddress(slot.below)) LinkUp(slot.below);
  events.push_back({"remove", DevpathOf(address), "pci"});
}

void ChangingMachine::ChangeFunction(const std::string& address,
                                     Events& events) {
  if (!present_.contains(address)) return;
  WriteState(address);
  if (has_cxl_ && address == kCxlFunction) {  // activated by a reset
    tree_.AddFile(pci_.PathOf(address) + "/mem0/firmware_version",
                  std::to_string(choose_(9)) + "\n");
  }
  const std::string driver = pci_.PathOf(address) + "/driver";
  const std::string vfio = pci_.PathOf(address) + "/vfio-dev";
  tree_.Remove(driver);
  tree_.Remove(vfio);
  const bool is_bound = Flip();
  if (is_bound) {
    constexpr std::array kDrivers = {"amdgpu", "hisi_zip", "own-vfio-pci"};
    const std::string name = kDrivers[static_cast<std::size_t>(choose_(3))];
    tree_.AddLinkTo(driver, "sys/bus/pci/drivers/" + name);
    if (name == kDrivers.back()) tree_.AddDirectory(vfio + "/vfio0");
  }
  events.push_back({is_bound ? "bind" : "unbind", DevpathOf(address), "pci"});
}

void ChangingMachine::ChangeClassDevice(const std::string& address,
                                        Events& events) {
  if (!present_.contains(address)) return;
  const DeviceClass& of = kClasses[static_cast<std::size_t>(
      choose_(static_cast<int>(kClasses.size())))];
  const std::string name = of.prefix + std::to_string(of.first + choose_(2));
  if (class_devices_.contains(name)) return RemoveClassDevice(name, events);
  const std::string path =
      pci_.AddClassDevice(pci_.PathOf(address), of.subsystem, name,
                          "226:" + std::to_string(choose_(100)));
  class_devices_[name] = {address, of.subsystem, path};
  WriteController(path);
  events.push_back({"add", path.substr(3), of.subsystem});
}

void ChangingMachine::ChangeController(Events& events) {
  for (const auto& [name, device] : class_devices_) {
    if (device.subsystem != "nvme" || Flip()) continue;
    WriteController(device.path);
    events.push_back({"change", device.path.substr(3), "nvme"});
    return;
  }
}

// Another build of a driver; its devices need not be bound meanwhile.
void ChangingMachine::LoadModule(Events& events) {
  const std::string version = "sys/bus/pci/drivers/amdgpu/module/version";
  tree_.Remove(version);
  if (Flip()) tree_.AddFile(version, std::to_string(choose_(9)) + "\n");
  events.push_back({"add", "/module/amdgpu", "module"});
}

// Of a function, or of its graphics.
void ChangingMachine::SpeakOfHealth(const std::string& address,
                                    Events& events) {
  if (!present_.contains(address)) return;
  Uevent event{"change", DevpathOf(address), "pci"};
  if (Flip()) {
    event.error_event = Flip() ? "FAILED_RECOVERY" : "SUCCESSFUL_RECOVERY";
  } else {
    event.devpath += "/drm/card0";
    event.subsystem = "drm";
    event.wedged = Flip() ? "none" : "rebind,bus-reset";
  }
  events.push_back(event);
}

void ChangingMachine::RemoveClassDevice(const std::string& name,
                                        Events& events) {
  const ClassDevice device = class_devices_.at(name);
  class_devices_.erase(name);
  tree_.Remove("sys/class/" + device.subsystem + "/" + name);
  tree_.Remove(device.path);
  events.push_back({"remove", device.path.substr(3), device.subsystem});
}

// The kernel takes a new type only where no driver is bound: a device of the
// group is unbound and bound again.
void ChangingMachine::ChangeGroup(Events& events) {
  const int group = choose_(3);
  for (const std::string& address : present_) {
    if (group_of_.at(address) != group) continue;
    pci_.AddGroup(group, Flip() ? "DMA-FQ" : "identity");
    events.push_back({"unbind", DevpathOf(address), "pci"});
    events.push_back({"bind", DevpathOf(address), "pci"});
    return;
  }
}

void ChangingMachine::ChangeCxl(Events& events) {
  if (has_cxl_) return RemoveCxl(events);
  if (present_.contains(kCxlFunction)) AddCxl(events);
}

void ChangingMachine::AddCxl(Events& events) {
  const auto add = [&](const std::string& name, const std::string& real) {
    tree_.AddDirectory(real);
    tree_.AddLinkTo(kCxlDevices + name, real);
    events.push_back({"add", real.substr(3), "cxl"});
  };
  const std::string memory = pci_.PathOf(kCxlFunction) + "/mem0";
  const std::string port = kCxlRoot + "/port1";
  const std::string endpoint = port + "/endpoint2";
  add("mem0", memory);
  tree_.AddFile(memory + "/firmware_version", "1\n");
  tree_.AddFile(memory + "/ram/size", "0x40000000\n");
  tree_.AddFile(memory + "/pmem/size", "0x0\n");
  add("root0", kCxlRoot);
  tree_.AddLinkTo(kCxlRoot + "/dport0", "sys/devices/pci0000:00");
  add("port1", port);
  tree_.AddLinkTo(port + "/uport", "sys/devices/pci0000:00");
  tree_.AddLinkTo(port + "/dport1", pci_.PathOf(kCxlPort));
  add("endpoint2", endpoint);
  tree_.AddLinkTo(endpoint + "/uport", memory);
  has_cxl_ = true;
}

void ChangingMachine::RemoveCxl(Events& events) {
  const std::string memory = pci_.PathOf(kCxlFunction) + "/mem0";
  for (const char* name : {"mem0", "root0", "port1", "endpoint2"}) {
    tree_.Remove(kCxlDevices + name);
  }
  tree_.Remove(memory);
  tree_.Remove(kCxlRoot);
  events.push_back({"remove", memory.substr(3), "cxl"});
  has_cxl_ = false;
}

void ChangingMachine::ChangeUnit(Events& events) {
  const std::string path = "sys/devices/virtual/iommu/dmar0";
  if (has_unit_) {
    tree_.Remove("sys/class/iommu/dmar0");
    tree_.Remove(path);
  } else {
    pci_.AddIommu("dmar0", {});
    tree_.AddFile(path + "/intel-iommu/ecap",
                  Flip() ? "0000009e2ff0505e\n" : "0\n");
    for (const std::string& address : present_) {
      tree_.AddLinkTo(path + "/devices/" + address, pci_.PathOf(address));
    }
  }
  has_unit_ = !has_unit_;
  events.push_back(
      {has_unit_ ? "add" : "remove", "/devices/virtual/iommu/dmar0", "iommu"});
}

void ChangingMachine::AddNode(Events& events) {
  if (nodes_ == 4) return;
  tree_.AddNumaNode({nodes_, "", 500 + choose_(100), "", false});
  events.push_back(
      {"add", "/devices/system/node/node" + std::to_string(nodes_), "node"});
  ++nodes_;
}

// What a driver, a reset or a write to its files changes of a function.
void ChangingMachine::WriteState(const std::string& address) {
  const Slot& slot = SlotOf(address);
  const std::string path = pci_.PathOf(address);
  ConfigBytes config(static_cast<std::uint16_t>(0x1000 + choose_(4)), 0x10,
                     slot.class_code == 0x060400);
  if (slot.express_type >= 0) {
    config.Express(slot.express_type);
    if (Flip()) {
      config.Extended(0x1b, 0x100,
                      {0x1400, static_cast<std::uint16_t>(choose_(2))});
    }
  }
  tree_.AddFile(path + "/config", config.Bytes(Flip() ? 4096 : 64));
  tree_.AddFile(path + "/current_link_width",
                std::to_string(1 << choose_(5)) + "\n");
  tree_.AddFile(path + "/power_state", Flip() ? "D0\n" : "D3hot\n");
  for (const char* file : {"/aer_dev_fatal", "/aer_dev_nonfatal"}) {
    if (!counts_errors_.contains(address)) continue;
    tree_.AddFile(path + file, "DLP " + std::to_string(choose_(2)) + "\n");
  }
}

// What a reset of a controller, and another in its place, may change.
void ChangingMachine::WriteController(const std::string& path) {
  tree_.AddFile(path + "/model", "model " + std::to_string(choose_(9)) + "\n");
  tree_.AddFile(path + "/state", Flip() ? "live\n" : "resetting\n");
  tree_.Remove(path + "/transport");
  if (Flip()) tree_.AddFile(path + "/transport", "pcie\n");
}

// The link below a port trains when what is below it comes or goes. No event
// is about the port.
void ChangingMachine::LinkUp(const std::string& address) {
  if (!present_.contains(address)) return;
  tree_.AddFile(pci_.PathOf(address) + "/current_link_width",
                std::to_string(1 << choose_(5)) + "\n");
}

std::string ChangingMachine::DevpathOf(const std::string& address) const {
  return pci_.PathOf(address).substr(3);  // without "sys"
}

}  // namespace acceld::testing
