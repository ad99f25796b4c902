// Trees that lie, loop and overflow, through all probes, the graph and the
// texts. Whatever one half of a machine does, the other half is still there,
// and the number of reads stays in proportion to the tree.
//
// What cannot be made here: a file that answers a read with EIO.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "tests/support/whole_machine.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FrameworkTree;
using acceld::testing::ReadWholeMachine;
using acceld::testing::WholeMachine;

// Files of which one or another probe reads, relative to a function.
constexpr const char* kAttributes[] = {"vendor",
                                       "device",
                                       "class",
                                       "revision",
                                       "numa_node",
                                       "config",
                                       "current_link_speed",
                                       "current_link_width",
                                       "max_link_speed",
                                       "max_link_width",
                                       "power_state",
                                       "sriov_totalvfs",
                                       "sriov_numvfs",
                                       "enable",
                                       "resource",
                                       "fw_version",
                                       "status",
                                       "mem_info_vram_total",
                                       "uacce/hisi_zip-9/algorithms",
                                       "uacce/hisi_zip-9/flags",
                                       "uacce/hisi_zip-9/available_instances",
                                       "accel/accel9/dev"};

class HostileTree : public ::testing::Test {
 protected:
  static constexpr const char* kBroken = "0000:9a:00.0";

  // A sound half on 0000:1a, and one to be broken on 0000:9a.
  HostileTree() {
    machine_.tree.AddCpu(0, 0, 0);
    machine_.tree.SetOnlineCpus("0");
    Fill("0000:1a:00.0", "hisi_zip-1", "accel1");
    broken_ = Fill(kBroken, "hisi_zip-9", "accel9");
    usual_ = ReadWholeMachine(machine_.tree.directory()).reads;
  }

  std::string Fill(const std::string& address, const std::string& queue,
                   const std::string& node) {
    const std::string path =
        machine_.AddFunction(address, 0x19e5, 0xa250, "hisi_zip");
    const std::string uacce =
        machine_.pci.AddClassDevice(path, "uacce", queue, "508:0");
    machine_.tree.AddFile(uacce + "/algorithms", "zlib\n");
    machine_.tree.AddFile(uacce + "/flags", "1\n");
    machine_.tree.AddFile(uacce + "/available_instances", "256\n");
    machine_.pci.AddClassDevice(path, "accel", node, "261:1");
    return path;
  }

  [[nodiscard]] std::string At(const std::string& path) const {
    return machine_.tree.directory() + "/" + path;
  }
  void Replace(const std::string& path, std::string_view bytes) {
    machine_.tree.Remove(path);
    machine_.tree.AddFile(path, bytes);
  }

  // Runs everything; the sound half is whole. `more`: reads beyond the usual.
  WholeMachine Run(std::size_t more = 200) {
    WholeMachine whole = ReadWholeMachine(machine_.tree.directory());
    for (const char* key :
         {"numa:0", "numa:1", "pci:0000:1a:00.0", "host-bridge:0000:1a",
          "accelerator:hisi_zip-1", "accelerator:accel1"}) {
      EXPECT_TRUE(whole.topology->Find(key)) << key;
    }
    EXPECT_NE(whole.text.find("hisi_zip-1"), std::string::npos);
    EXPECT_LE(whole.reads, usual_ + more);
    return whole;
  }

  FrameworkTree machine_;
  std::string broken_;
  std::size_t usual_ = 0;
};

TEST_F(HostileTree, AsItIs_IsTwoHalves) {
  EXPECT_TRUE(Run(0).topology->Find("accelerator:hisi_zip-9"));
}

TEST_F(HostileTree, FifoForEachAttribute_DoesNotBlock) {
  for (const char* name : kAttributes) {
    machine_.tree.Remove(broken_ + "/" + name);
    ASSERT_EQ(::mkfifo(At(broken_ + "/" + name).c_str(), 0644), 0) << name;
  }
  EXPECT_FALSE(Run().facts.faults.empty());
}

TEST_F(HostileTree, SocketForAnAttribute_IsAFault) {
  machine_.tree.Remove(broken_ + "/numa_node");
  // The address of a socket is short; through the descriptor, so is the path.
  const UniqueFd directory(::open(At(broken_).c_str(), O_PATH | O_CLOEXEC));
  const std::string name =
      "/proc/self/fd/" + std::to_string(directory.get()) + "/numa_node";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(name.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  const UniqueFd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof address),
            0);
  EXPECT_FALSE(Run().facts.faults.empty());
}

TEST_F(HostileTree, EachAttributeOf1GiB_IsNotReadToItsEnd) {
  for (const char* name : kAttributes) {
    Replace(broken_ + "/" + name, "");
    ASSERT_EQ(::truncate(At(broken_ + "/" + name).c_str(), off_t{1} << 30), 0);
  }
  EXPECT_FALSE(Run().facts.faults.empty());
}

TEST_F(HostileTree, GarbageInEachAttribute_IsFaults) {
  const std::string garbage[] = {
      std::string("\x00\xff\xfe\x80garbage\x00", 13),
      std::string(4096, '\xff'),
      "",
      "\n\n\n",
      "-99999999999999999999999999",
      "18446744073709551616",
      "0x",
      "../../../../etc/passwd",
      std::string(3000, '9'),
      "\x1b[31mred\x1b[0m\r\n",
      "16.0 GT/s PCIe x16 x16 x16",
  };
  for (const std::string& bytes : garbage) {
    for (const char* name : kAttributes) {
      Replace(broken_ + "/" + name, bytes);
    }
    (void)Run();
  }
}

TEST_F(HostileTree, NumbersOutOfRange_AreNoNodes) {
  for (const char* node : {"-1", "1000000000", "2147483648", "-2"}) {
    Replace(broken_ + "/numa_node", node);
    EXPECT_TRUE(Run().topology->Find("pci:0000:9a:00.0"));
  }
}

TEST_F(HostileTree, LinksThatLoop_AreNotFollowedForEver) {
  machine_.tree.AddLink("sys/class/uacce/loop", "loop");
  machine_.tree.AddLink("sys/class/accel/a", "b");
  machine_.tree.AddLink("sys/class/accel/b", "a");
  machine_.tree.AddLink(broken_ + "/up", "..");
  machine_.tree.AddLink("sys/bus/pci/drivers/hisi_zip/module", "../../..");
  machine_.tree.AddLink("sys/bus/pci/devices/0000:9b:00.0", "../devices");
  for (const char* name : kAttributes) {
    machine_.tree.Remove(broken_ + "/" + name);
    machine_.tree.AddLink(broken_ + "/" + name,
                          "../../../../" + broken_ + "/" + name);
  }
  EXPECT_FALSE(Run().facts.faults.empty());
}

TEST_F(HostileTree, LinksThatDangleOrLeadOut_AreNotFollowed) {
  for (const char* target :
       {"nowhere", "/etc/passwd", "../../../../../../../../../etc/passwd",
        "/dev/zero", "/proc/self/mem", ""}) {
    for (const char* name : kAttributes) {
      machine_.tree.Remove(broken_ + "/" + name);
      if (*target == '\0') continue;
      machine_.tree.AddLink(broken_ + "/" + name, target);
    }
    for (const char* link : {"/driver", "/iommu_group", "/physfn"}) {
      machine_.tree.Remove(broken_ + link);
      if (*target == '\0') continue;
      machine_.tree.AddLink(broken_ + link, target);
    }
    const WholeMachine whole = Run();
    EXPECT_EQ(whole.text.find("root:"), std::string::npos);
  }
}

TEST_F(HostileTree, OddNames_AreFaultsOrNothing) {
  for (const char* name :
       {" ", "a b", "tab\there", "new\nline", "\x1b[2J", "\xff\xfe", "...",
        "..a", "%s%n", "renderD", "renderD-1", "renderD999999999999999999",
        "0000:00:00.0;rm", "10000:e1:00.0 "}) {
    const std::string odd(name);
    for (const char* directory :
         {"sys/class/drm/", "sys/class/accel/", "sys/class/uacce/",
          "sys/class/net/", "sys/class/infiniband/", "sys/class/nvme/",
          "sys/class/iommu/", "sys/bus/pci/devices/", "sys/bus/dsa/devices/",
          "sys/bus/cxl/devices/", "sys/bus/dax/devices/",
          "sys/kernel/iommu_groups/", "sys/class/kfd/kfd/topology/nodes/",
          "sys/class/fpga_region/", "sys/class/vfio-dev/",
          "sys/bus/mdev/devices/", "sys/class/apex/"}) {
      machine_.tree.AddDirectory(directory + odd);
    }
  }
  (void)Run(20'000);
}

TEST_F(HostileTree, DomainsOf32Bits_AreFunctionsLikeOthers) {
  (void)Fill("10000:e1:00.0", "hisi_zip-10", "accel10");
  (void)Fill("ffffffff:01:00.0", "hisi_zip-11", "accel11");
  EXPECT_TRUE(Run(300).topology->Find("pci:10000:e1:00.0"));
}

TEST_F(HostileTree, ConfigurationSpaces_ThatAreNone_LoseTheirFunctionOnly) {
  std::string loop(4096, '\0');
  loop.replace(0x34, 1, "\x40");
  loop.replace(0x06, 1, "\x10");
  loop.replace(0x40, 2, "\x10\x40");           // next: itself
  loop.replace(0x100, 4, "\x0f\x00\x01\x10");  // next: 0x100
  std::string all_chains(4096, '\x40');
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string(64, '\xff'),
        std::string(4096, '\xff'), std::string(256, '\0'), loop, all_chains}) {
    Replace(broken_ + "/config", bytes);
    EXPECT_TRUE(Run().topology->Find("pci:0000:9a:00.0"));
  }
  machine_.tree.Remove(broken_ + "/config");
  EXPECT_TRUE(Run().topology->Find("pci:0000:9a:00.0"));
}

// Mode 0 is refused to root too (base/sys_root.h).
TEST_F(HostileTree, UnreadableFiles_AreFaultsOrUnknown) {
  for (const char* name : kAttributes) {
    Replace(broken_ + "/" + name, "1\n");
    ASSERT_EQ(::chmod(At(broken_ + "/" + name).c_str(), 0), 0);
  }
  EXPECT_FALSE(Run().facts.faults.empty());
}

TEST_F(HostileTree, DirectoriesForFiles_AndFilesForDirectories) {
  for (const char* name : kAttributes) {
    machine_.tree.Remove(broken_ + "/" + name);
    machine_.tree.AddDirectory(broken_ + "/" + name);
  }
  for (const char* path :
       {"sys/class/drm", "sys/class/kfd", "sys/bus/cxl", "sys/bus/dsa",
        "sys/class/infiniband", "sys/class/nvme", "sys/kernel/iommu_groups",
        "sys/class/fpga_region", "proc/driver"}) {
    Replace(path, "a file");
  }
  EXPECT_FALSE(Run().facts.faults.empty());
}

TEST_F(HostileTree, DeepNesting_IsNotAStackOverflow) {
  std::string deep = "sys/devices/pci0000:9a";
  for (int i = 0; i < 400; ++i) deep += "/d";
  machine_.tree.AddDirectory(deep);
  machine_.tree.AddLinkTo("sys/class/accel/accel77", deep);
  machine_.tree.AddLinkTo("sys/bus/pci/devices/0000:9c:00.0", deep);
  (void)Run();
}

TEST_F(HostileTree, DirectoryOfTooManyNames_LosesItsFrameworkOnly) {
  machine_.tree.AddDirectory("sys/class/drm");
  const std::string directory = At("sys/class/drm");
  for (std::size_t i = 0; i <= SysRoot::kDirectoryLimit; ++i) {
    const std::string name = directory + "/renderD" + std::to_string(i);
    ASSERT_EQ(::mknod(name.c_str(), S_IFREG | 0644, 0), 0) << name;
  }
  bool told = false;
  for (const Fault& fault : Run().facts.faults) {
    told = told || fault.where == "/sys/class/drm";
  }
  EXPECT_TRUE(told);
}

TEST_F(HostileTree, WithoutProc_IsWhole) {
  machine_.tree.Remove("proc");
  (void)Run();
}

TEST(HostileTreeEmpty, HasNothingAndAFault) {
  const acceld::testing::SysTree tree;
  const WholeMachine whole = ReadWholeMachine(tree.directory());
  EXPECT_TRUE(whole.facts.entities.empty());
  EXPECT_FALSE(whole.facts.faults.empty());
}

TEST(HostileTreeOfFiles, HasNothingAndFaults) {
  acceld::testing::SysTree tree;
  tree.AddFile("sys", "a file");
  tree.AddFile("proc", "a file");
  const WholeMachine whole = ReadWholeMachine(tree.directory());
  EXPECT_TRUE(whole.facts.entities.empty());
  EXPECT_FALSE(whole.facts.faults.empty());
}

}  // namespace
}  // namespace acceld::probes
