// FPGAs in a FrameworkTree, from the kernel's ABI documents: a DFL card with
// one port of two (the other was released), a port in a virtual function
// without a management engine, the FPGA of a SoC, and a card of XRT. Tests
// only.
#pragma once

#include <string>
#include <string_view>

#include "tests/unit/probes/framework_tree.h"

namespace acceld::testing {

struct FpgaTree : FrameworkTree {
  static constexpr const char* kEngine = "accelerator:dfl-fme.0";
  static constexpr const char* kPort = "accelerator:dfl-port.0";
  static constexpr const char* kVirtualPort = "accelerator:dfl-port.1";
  static constexpr const char* kManager = "accelerator:fpga1";
  static constexpr const char* kRegion = "accelerator:region9";
  static constexpr const char* kXrt = "accelerator:renderD130";
  static constexpr const char* kAfu = "d8424dc4a4a3c413f89e433683f9040b";

  FpgaTree() {
    AddDfl();
    AddVirtualPort();
    AddSoc();
    AddXrt();
    tree.AddFile("proc/sys/kernel/osrelease", "6.12.0-test\n");
  }

  void WriteEngine(std::string_view file, std::string_view text) {
    tree.AddFile(engine + "/" + std::string(file), text);
  }
  void WritePort(std::string_view file, std::string_view text) {
    tree.AddFile(port + "/" + std::string(file), text);
  }
  void WriteXrt(std::string_view file, std::string_view text) {
    tree.AddFile(xrt + "/" + std::string(file), text);
  }

  std::string engine;  // directories
  std::string port;
  std::string xrt;

 private:
  // A platform device of the bus, with its driver.
  void AddPlatform(const std::string& path, const std::string& driver) {
    tree.AddDirectory(path);
    tree.AddLinkTo(
        "sys/bus/platform/devices/" + path.substr(path.rfind('/') + 1), path);
    tree.AddLinkTo(path + "/driver", "sys/bus/platform/drivers/" + driver);
  }
  void AddClass(const std::string& class_name, const std::string& path) {
    tree.AddDirectory(path);
    tree.AddLinkTo("sys/class/" + class_name + path.substr(path.rfind('/')),
                   path);
  }

  void AddDfl() {
    const std::string card =
        AddFunction("0000:3b:00.0", 0x8086, 0x09c4, "dfl-pci");
    const std::string base = card + "/fpga_region/region0";
    AddClass("fpga_region", base);
    engine = base + "/dfl-fme.0";
    AddPlatform(engine, "dfl-fme");
    WriteEngine("dev", "245:0\n");
    WriteEngine("bitstream_id", "0x23000110010309\n");
    WriteEngine("ports_num", "2\n");
    WriteEngine("fabric_version", "0\n");
    WriteEngine("socket_id", "1\n");
    for (const char* file : {"catfatal_errors", "nonfatal_errors", "fme_errors",
                             "pcie0_errors", "pcie1_errors"}) {
      WriteEngine("errors/" + std::string(file), "0x0\n");
    }
    const std::string manager = engine + "/dfl-fme-mgr.0/fpga_manager/fpga0";
    AddClass("fpga_manager", manager);
    tree.AddFile(manager + "/state", "operating\n");
    tree.AddFile(manager + "/status", "\n");
    const std::string region = engine + "/dfl-fme-region.1/fpga_region/region1";
    AddClass("fpga_region", region);
    tree.AddFile(region + "/compat_id", "ce48969398f05f33946d560708be108a\n");
    port = base + "/dfl-port.0";
    AddPlatform(port, "dfl-port");
    WritePort("dev", "246:0\n");
    WritePort("id", "0\n");
    WritePort("afu_id", std::string(kAfu) + "\n");
    WritePort("errors/errors", "0x0\n");
    WritePort("power_state", "0x0\n");
  }

  void AddVirtualPort() {
    const std::string function =
        AddFunction("0000:3b:00.1", 0x8086, 0x09c5, "dfl-pci");
    const std::string base = function + "/fpga_region/region2";
    AddClass("fpga_region", base);
    AddPlatform(base + "/dfl-port.1", "dfl-port");
    tree.AddFile(base + "/dfl-port.1/dev", "246:1\n");
    tree.AddFile(base + "/dfl-port.1/id", "1\n");
    tree.AddFile(base + "/dfl-port.1/afu_id",
                 "00000000000000000000000000000000\n");
  }

  void AddSoc() {
    const std::string device = "sys/devices/platform/soc/f8007000.devcfg";
    tree.AddLinkTo(device + "/driver",
                   "sys/bus/platform/drivers/xilinx_devcfg");
    const std::string manager = device + "/fpga_manager/fpga1";
    AddClass("fpga_manager", manager);
    tree.AddLinkTo(manager + "/device", device);
    tree.AddFile(manager + "/name", "Xilinx Zynq FPGA Manager\n");
    tree.AddFile(manager + "/state", "operating\n");
    const std::string full = "sys/devices/platform/soc/soc:fpga-full";
    const std::string region = full + "/fpga_region/region9";
    AddClass("fpga_region", region);
    tree.AddLinkTo(region + "/device", full);
    tree.AddFile(region + "/compat_id", "0123456789abcdeffedcba9876543210\n");
  }

  void AddXrt() {
    xrt = AddFunction("0000:af:00.1", 0x10ee, 0x5001, "xocl");
    pci.AddClassDevice(xrt, "drm", "renderD130", "226:130");
    AddFunction("0000:af:00.0", 0x10ee, 0x5000, "xclmgmt");
    WriteXrt("xclbinuuid", "4c8f2a10-3a5d-4a0e-9f1b-0a6b7c8d9e0f\n");
    WriteXrt("board_name", "u200\n");
    WriteXrt("ready", "0x1\n");
    WriteXrt("dev_offline", "0\n");
    WriteXrt("memstat",
             "[IN-USE] bank0@0x004000000000 (16384MB): 0KB 0BOs\n"
             "[UNUSED] bank1@0x005000000000 (16384MB): 0KB 0BOs\n"
             "[UNUSED] PLRAM[0]@0x003000000000 (0MB): 0KB 0BOs\n"
             "[UNUSED] HOST[0]@0x002000000000 (16384MB): 0KB 0BOs\n"
             "[UNUSED] == BO Stats Below ==@0x000000000000 (0MB): 0KB 0BOs\n"
             "[Regular] 0KB 0BOs\n");
  }
};

}  // namespace acceld::testing
