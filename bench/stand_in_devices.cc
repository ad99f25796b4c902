#include "bench/stand_in_devices.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "tests/support/pci_sys_tree.h"

namespace acceld::bench {
namespace {

struct Node {
  const char* name;
  unsigned minor;  // of major 1, Documentation/admin-guide/devices.txt
};

constexpr std::array kStandIns = {Node{"null", 3}, Node{"zero", 5},
                                  Node{"full", 7}, Node{"urandom", 9}};

std::string Number(std::size_t index) {
  return "1:" + std::to_string(kStandIns.at(index).minor);
}

std::string AddFunction(testing::PciSysTree& pci, const std::string& address,
                        int vendor, int device, const std::string& driver) {
  testing::PciSpec spec;
  spec.address = address;
  spec.below = "pci" + address.substr(0, 7);
  spec.vendor = vendor;
  spec.device = device;
  spec.class_code = 0x120000;
  spec.driver = driver;
  spec.numa_node = 0;
  return pci.Add(spec);
}

void AddDevices(testing::SysTree& tree) {
  testing::PciSysTree pci(tree);
  for (std::size_t i = 0; i < kStandIns.size(); ++i) {
    const std::string digit = std::to_string(i);
    const std::string zip = AddFunction(pci, "0000:7" + digit + ":00.0", 0x19e5,
                                        0xa250, "hisi_zip");
    const std::string queue =
        pci.AddClassDevice(zip, "uacce", "hisi_zip-" + digit, Number(i));
    tree.AddFile(queue + "/api", "hisi_qm_v2\n");
    tree.AddFile(queue + "/flags", "0\n");
    tree.AddFile(queue + "/available_instances", "200\n");
    tree.AddFile(queue + "/algorithms", "zlib\ngzip\ndeflate\n");
    const std::string gpu =
        AddFunction(pci, "0000:8" + digit + ":00.0", 0x1002, 0x740f, "amdgpu");
    pci.AddClassDevice(gpu, "drm", "renderD12" + std::to_string(8 + i),
                       Number(i));
  }
}

Status Mount(const std::string& what, const std::string& where,
             const char* type, unsigned long flags) {
  if (::mount(what.c_str(), where.c_str(), type, flags, nullptr) == 0) {
    return {};
  }
  return FailErrno("mount " + where, errno);
}

Status MakeNode(const std::string& path, unsigned minor_number) {
  if (::mknod(path.c_str(), S_IFCHR | 0666, makedev(1, minor_number)) == 0) {
    return {};
  }
  return FailErrno(path, errno);
}

Status FillDev() {
  ACCELD_TRY_VOID(Mount("bench", "/dev", "tmpfs", MS_NOSUID));
  if (::mkdir("/dev/dri", 0755) != 0 ||
      ::symlink("/proc/self/fd", "/dev/fd") != 0) {
    return FailErrno("fill /dev", errno);
  }
  for (std::size_t i = 0; i < kStandIns.size(); ++i) {
    const Node& node = kStandIns.at(i);
    ACCELD_TRY_VOID(MakeNode(std::string("/dev/") + node.name, node.minor));
    ACCELD_TRY_VOID(MakeNode("/dev/hisi_zip-" + std::to_string(i), node.minor));
    ACCELD_TRY_VOID(
        MakeNode("/dev/dri/renderD12" + std::to_string(8 + i), node.minor));
  }
  return {};
}

}  // namespace

Status EnterMachineWithDevices(testing::SysTree& tree) {
  if (::unshare(CLONE_NEWNS) != 0) return FailErrno("unshare", errno);
  ACCELD_TRY_VOID(Mount("none", "/", nullptr, MS_REC | MS_PRIVATE));
  AddDevices(tree);
  // CPUs and memory are the machine's own.
  for (const char* real : {"sys/devices/system", "sys/kernel", "sys/fs"}) {
    tree.AddDirectory(real);
    ACCELD_TRY_VOID(Mount("/" + std::string(real),
                          tree.directory() + "/" + real, nullptr,
                          MS_BIND | MS_REC));
  }
  ACCELD_TRY_VOID(
      Mount(tree.directory() + "/sys", "/sys", nullptr, MS_BIND | MS_REC));
  return FillDev();
}

}  // namespace acceld::bench
