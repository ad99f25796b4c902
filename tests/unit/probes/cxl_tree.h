// A machine with CXL as the kernel shows it (Linux 6.9): one host bridge with
// two root ports, a memory device of its own below the first, and a switch with
// two memory devices below the second. Written from
// Documentation/ABI/testing/sysfs-bus-cxl.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/unit/probes/framework_tree.h"

namespace acceld::testing {

struct CxlTree : FrameworkTree {
  CxlTree() {
    AddPci("0000:80:00.0", "pci0000:80", 0x060400, "");
    AddPci("0000:80:01.0", "pci0000:80", 0x060400, "");
    AddPci("0000:81:00.0", "0000:80:00.0", 0x050210, "32.0 GT/s PCIe");
    AddPci("0000:82:00.0", "0000:80:01.0", 0x060400, "32.0 GT/s PCIe");
    AddPci("0000:83:00.0", "0000:82:00.0", 0x060400, "");
    AddPci("0000:83:01.0", "0000:82:00.0", 0x060400, "");
    AddPci("0000:84:00.0", "0000:83:00.0", 0x050210, "32.0 GT/s PCIe");
    AddPci("0000:85:00.0", "0000:83:01.0", 0x050210, "16.0 GT/s PCIe");
    AddObject("root0", kRoot);
    AddDport("root0", 128, "sys/devices/pci0000:80");
    AddPort("port1", kRoot + "/port1", "sys/devices/pci0000:80");
    AddDport("port1", 0, pci.PathOf("0000:80:00.0"));
    AddDport("port1", 1, pci.PathOf("0000:80:01.0"));
    AddPort("port3", kRoot + "/port1/port3", pci.PathOf("0000:82:00.0"));
    AddDport("port3", 0, pci.PathOf("0000:83:00.0"));
    AddDport("port3", 2, pci.PathOf("0000:83:01.0"));
    AddMemdev("mem0", "0000:81:00.0", "endpoint2", kRoot + "/port1",
              "0x40000000", "0x0");
    AddMemdev("mem1", "0000:84:00.0", "endpoint4", kRoot + "/port1/port3",
              "0x20000000", "0x10000000");
    AddMemdev("mem2", "0000:85:00.0", "endpoint5", kRoot + "/port1/port3",
              "0x20000000", "0x0");
    AddDecoder("decoder0.0", kRoot, "0x100000000");
    for (const char* cap : {"cap_ram", "cap_type3"}) {
      tree.AddFile(Path("decoder0.0") + "/" + cap, "1\n");
    }
    tree.AddFile(Path("decoder0.0") + "/cap_pmem", "0\n");
    tree.AddFile(Path("decoder0.0") + "/qos_class", "2\n");
    tree.AddFile(Path("decoder0.0") + "/target_list", "128\n");
  }

  static std::string Path(const std::string& name) {
    return "sys/bus/cxl/devices/" + name;
  }

  void AddPci(const std::string& address, const std::string& below,
              int class_code, const std::string& speed) {
    PciSpec spec;
    spec.address = address;
    spec.below = below;
    spec.vendor = 0x8086;
    spec.device = 0x0d93;
    spec.class_code = class_code;
    spec.numa_node = 1;
    spec.speed = speed;
    spec.max_speed = speed;
    if (!speed.empty()) spec.width = spec.max_width = "8";
    pci.Add(spec);
  }

  // An object of the bus at `real`.
  void AddObject(const std::string& name, const std::string& real) {
    reals[name] = real;
    tree.AddDirectory(real);
    tree.AddLinkTo(Path(name), real);
  }
  void AddPort(const std::string& name, const std::string& real,
               const std::string& uport) {
    AddObject(name, real);
    tree.AddLinkTo(real + "/uport", uport);
  }
  // A link of an object to another device.
  void AddLink(const std::string& name, const std::string& link,
               const std::string& device) {
    tree.AddLinkTo(reals.at(name) + "/" + link, device);
  }
  void AddDport(const std::string& port, int id, const std::string& device) {
    AddLink(port, "dport" + std::to_string(id), device);
  }
  void AddMemdev(const std::string& name, const std::string& address,
                 const std::string& endpoint, const std::string& port,
                 const std::string& ram, const std::string& pmem) {
    const std::string real = pci.PathOf(address) + "/" + name;
    AddObject(name, real);
    tree.AddFile(real + "/firmware_version", "FW " + name + "\n");
    tree.AddFile(real + "/serial", "0x" + name.substr(3) + "a\n");
    tree.AddFile(real + "/ram/size", ram + "\n");
    tree.AddFile(real + "/ram/qos_class", "1\n");
    tree.AddFile(real + "/pmem/size", pmem + "\n");
    tree.AddFile(real + "/security/state", "disabled\n");
    AddPort(endpoint, port + "/" + endpoint, real);
  }
  // `port`: where the port's directory is.
  void AddDecoder(const std::string& name, const std::string& port,
                  const std::string& size) {
    AddObject(name, port + "/" + name);
    tree.AddFile(Path(name) + "/size", size + "\n");
    tree.AddFile(Path(name) + "/interleave_ways", "1\n");
    tree.AddFile(Path(name) + "/interleave_granularity", "256\n");
  }
  // A decoder of an endpoint that is part of a region.
  void AddTarget(const std::string& name, const std::string& endpoint,
                 const std::string& region, const std::string& mode,
                 const std::string& size, const std::string& type) {
    AddDecoder(name, reals.at(endpoint), size);
    tree.AddFile(Path(name) + "/dpa_size", size + "\n");
    tree.AddFile(Path(name) + "/mode", mode + "\n");
    tree.AddFile(Path(name) + "/region", region + "\n");
    tree.AddFile(Path(name) + "/target_type", type + "\n");
  }
  // A region over these decoders, 0x40000000 (1 GiB) unless changed.
  void AddRegion(const std::string& name, const std::string& mode,
                 const std::vector<std::string>& targets) {
    AddObject(name, kRoot + "/decoder0.0/" + name);
    const std::string path = Path(name);
    tree.AddFile(path + "/size", "0x40000000\n");
    tree.AddFile(path + "/resource", "0x200000000\n");
    tree.AddFile(path + "/mode", mode + "\n");
    tree.AddFile(path + "/interleave_ways",
                 std::to_string(targets.size()) + "\n");
    tree.AddFile(path + "/interleave_granularity", "4096\n");
    for (std::size_t i = 0; i < targets.size(); ++i) {
      tree.AddFile(path + "/target" + std::to_string(i), targets[i] + "\n");
    }
  }
  // Both devices below the switch, interleaved.
  void AddInterleavedRegion() {
    AddTarget("decoder4.0", "endpoint4", "region0", "ram", "0x20000000",
              "expander");
    AddTarget("decoder5.0", "endpoint5", "region0", "ram", "0x20000000",
              "expander");
    AddRegion("region0", "ram", {"decoder4.0", "decoder5.0"});
    tree.AddFile(Path("region0") + "/access0/read_latency", "999\n");
    tree.AddFile(Path("region0") + "/access1/read_latency", "310\n");
    tree.AddFile(Path("region0") + "/access1/read_bandwidth", "20000\n");
  }

  std::map<std::string, std::string> reals;  // where each object is

  static inline const std::string kRoot =
      "sys/devices/platform/ACPI0017:00/root0";
};

}  // namespace acceld::testing
