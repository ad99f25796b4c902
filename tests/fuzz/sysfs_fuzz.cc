// A machine whose files somebody spoiled: whatever they say, no crash, no
// hang, nothing unfit to print, and a document that comes back as the same
// graph. The first byte says which machine; tests/fuzz/mutated_tree.h has the
// rest. hwloc runs too, behind its guard.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "tests/fuzz/mutated_tree.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/support/whole_machine.h"
#include "tests/unit/probes/cxl_tree.h"
#include "tests/unit/probes/fpga_tree.h"
#include "tests/unit/probes/framework_tree.h"
#include "tests/unit/probes/idxd_tree.h"
#include "tests/unit/probes/kfd_tree.h"
#include "tests/unit/probes/mdev_tree.h"
#include "tests/unit/probes/vfio_tree.h"

namespace {

using namespace acceld::testing;  // NOLINT: a program of its own

constexpr std::size_t kMostReads = 50'000;  // a sound machine takes 1,500

// CPUs, memories with their access classes, and what hwloc reads of them.
void FillHost(SysTree& tree) {
  for (int cpu = 0; cpu < 2; ++cpu) {
    tree.AddCpu(cpu, cpu, cpu);
    const std::string path =
        "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/";
    tree.AddFile(path + "topology/core_cpus", cpu == 0 ? "1\n" : "2\n");
    tree.AddFile(path + "topology/package_cpus", cpu == 0 ? "1\n" : "2\n");
    for (const auto& [name, text] : {std::pair{"level", "3\n"},
                                     {"type", "Unified\n"},
                                     {"size", "1024K\n"},
                                     {"shared_cpu_map", "3\n"}}) {
      tree.AddFile(path + "cache/index3/" + name, text);
    }
  }
  tree.SetOnlineCpus("0-1");
  tree.AddFile("proc/cpuinfo", "processor\t: 0\nmodel name\t: A CPU\n");
  tree.AddAccess({.target = 0,
                  .initiators = {0},
                  .read_latency = 90,
                  .read_bandwidth = 100'000});
  tree.AddFile("sys/devices/system/node/node0/cpumap", "1\n");
  tree.AddFile("sys/devices/system/node/node1/cpumap", "2\n");
  tree.AddFile("sys/devices/system/node/node0/memory_side_cache/index1/size",
               "1073741824\n");
  tree.AddAcpiTable("SLIT",
                    std::string("\2\0\0\0\0\0\0\0\x0a\x15\x15\x0a", 12));
}

struct GpuTree : FrameworkTree {
  GpuTree() {
    KfdTree kfd(tree);
    kfd.AddCpu(0);
    for (int node = 1; node <= 2; ++node) {
      const std::string number = std::to_string(127 + node);
      pci.AddClassDevice(AddFunction("0000:8" + std::to_string(node) + ":00.0",
                                     0x1002, 0x740f, "amdgpu"),
                         "drm", "renderD" + number, "226:" + number);
      kfd.AddGpu({.node = node,
                  .location = (0x80 + node) << 8,
                  .render_minor = 127 + node,
                  .unique_id = static_cast<std::uint64_t>(node),
                  .hive_id = 7});
      kfd.AddBank(node, 1, 0, 1 << 30);
      kfd.AddLinks(0, node, 2, 20, 16'000);
    }
    kfd.AddLinks(1, 2, 11, 15, 50'000);
    IdxdTree idxd(*this);
    idxd.AddQueue(
        idxd.AddDevice("dsa0", "0000:6a:01.0", 0x0b25, IdxdTree::Bitmap("8")),
        {.name = "wq0.0"});
    const std::string zip =
        AddFunction("0000:75:00.0", 0x19e5, 0xa250, "hisi_zip");
    EnableSva(zip, 0x19e5, 0xa250);
    tree.AddFile(
        pci.AddClassDevice(zip, "uacce", "hisi_zip-0", "508:0") + "/algorithms",
        "zlib\n");
    pci.AddClassDevice(zip, "infiniband", "mlx5_0", "");
    pci.AddClassDevice(zip, "nvme", "nvme0", "239:0");
  }
};

class Machines {
 public:
  Machines() {
    for (FrameworkTree* machine : {static_cast<FrameworkTree*>(&gpu_),
                                   static_cast<FrameworkTree*>(&cxl_),
                                   static_cast<FrameworkTree*>(&vfio_),
                                   static_cast<FrameworkTree*>(&mdev_),
                                   static_cast<FrameworkTree*>(&fpga_)}) {
      FillHost(machine->tree);
      directories_.push_back(machine->tree.directory());
      trees_.push_back(std::make_unique<MutatedTree>(machine->tree));
    }
  }
  void Run(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return;
    const std::size_t which = data[0] % trees_.size();
    trees_[which]->Apply(data + 1, size - 1);
    const WholeMachine whole = ReadWholeMachine(directories_[which]);
    trees_[which]->Restore();
    ACCELD_CHECK(whole.reads < kMostReads);
  }

 private:
  GpuTree gpu_;
  CxlTree cxl_;
  VfioTree vfio_;
  MdevTree mdev_;
  FpgaTree fpga_;
  std::vector<std::string> directories_;
  std::vector<std::unique_ptr<MutatedTree>> trees_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static Machines machines;
  machines.Run(data, size);
  return 0;
}
