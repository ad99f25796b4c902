// PCI functions that a user drives through VFIO: taken from their driver,
// handed out, and given back, whatever happens in between.
#include <gtest/gtest.h>
#include <linux/vfio.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/vm/cases/crashing_daemon.h"
#include "tests/vm/cases/edu.h"
#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

constexpr std::size_t kPage = 4096;

// The edu devices below the second socket's switch.
std::string EduAddress() {
  const auto machine = ProbeGuest();
  for (const graph::Vertex& vertex : machine->vertices()) {
    if (vertex.kind == VertexKind::kPciFunction &&
        TextOf(*machine, vertex.key, "device") == "11e8" &&
        TextOf(*machine, vertex.key, "numa_node") == "1" &&
        machine->SwitchOf(vertex.id)) {
      return TextOf(*machine, vertex.key, "address");
    }
  }
  return {};
}

std::string DriverOf(const std::string& address) {
  const std::filesystem::path link =
      "/sys/bus/pci/devices/" + address + "/driver";
  if (!std::filesystem::exists(link)) return {};
  return std::filesystem::canonical(link).filename();
}

std::string OverrideOf(const std::string& address) {
  std::ifstream in("/sys/bus/pci/devices/" + address + "/driver_override");
  std::string text;
  std::getline(in, text);
  return text == "(null)" ? "" : text;
}

// Waits until the driver is that one and no override is left.
bool IsGivenBackTo(const std::string& driver, const std::string& address) {
  for (int i = 0; i < 1200; ++i) {
    if (DriverOf(address) == driver && OverrideOf(address).empty()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

std::string ByVfio(const std::string& address,
                   const std::string& function = "copy") {
  return R"({"stages": [{"name": "work", "function": ")" + function +
         R"(", "select": [
              {"attribute": "framework", "equals": "vfio"},
              {"attribute": "address", "equals": ")" +
         address + R"("}]}]})";
}

// Reads the ID register and copies by DMA between two pages of this process, by
// their addresses here.
std::string DriveEdu(client::Lease& lease) {
  auto device = lease.OpenVfio("work");
  if (!device) return "open: " + Why(device);
  Edu edu(device->fd());
  if (std::string why = edu.Start(); !why.empty()) return why;
  if ((edu.Id() & 0xff) != 0xed) return "its ID is " + std::to_string(edu.Id());
  void* memory = ::mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return "mmap failed";
  auto* bytes = static_cast<unsigned char*>(memory);
  for (std::size_t i = 0; i < kPage; ++i) {
    bytes[i] = static_cast<unsigned char>(i * 5 + i / 256);
  }
  constexpr std::size_t kSize = kPage / 2;
  const auto mapping =
      device->Map({static_cast<std::byte*>(memory), 2 * kPage});
  if (!mapping) return "map: " + Why(mapping);
  const std::uint64_t address = mapping->device_address();
  if (address != reinterpret_cast<std::uintptr_t>(memory)) {
    return "the device has another address for it: " + std::to_string(address);
  }
  std::string why = edu.Copy(address, address + kPage, kSize);
  if (why.empty() && std::memcmp(bytes, bytes + kPage, kSize) != 0) {
    why = "what it copied is wrong";
  }
  return why;
}

std::string RoleOfIommu(const client::Lease& lease) {
  for (const api::Grant& grant : lease.grants()) {
    if (grant.role == "container" || grant.role == "iommufd") return grant.role;
  }
  return {};
}

class Vfio : public ::testing::Test {
 protected:
  void SetUp() override {
    address_ = EduAddress();
    ASSERT_FALSE(address_.empty());
    driver_ = DriverOf(address_);
  }
  std::string address_;
  std::string driver_;  // that it has while nobody leases it
};

TEST_F(Vfio, Edu_InAnUnprivilegedUsersHands_CopiesItsMemory_AndIsGivenBack) {
  const Daemon daemon;
  const std::string expected = GuestName() == "sva" ? "iommufd" : "container";
  EXPECT_EQ(AsUser(kUser,
                   [&](Peer&) -> std::string {
                     auto lease = Acquire(ByVfio(address_));
                     if (!lease) return Why(lease);
                     const std::string role = RoleOfIommu(*lease);
                     if (role != expected) return "its IOMMU is by " + role;
                     return DriveEdu(*lease);
                   }),
            "")
      << daemon.log();
  EXPECT_TRUE(IsGivenBackTo(driver_, address_)) << daemon.log();
}

TEST_F(Vfio, WhileItIsLeased_NobodyElseGetsIt) {
  const Daemon daemon;
  UserProcess user(kUser, [&](Peer& peer) -> std::string {
    auto lease = Acquire(ByVfio(address_));
    if (!lease) return Why(lease);
    peer.Send("leased");
    return peer.Hear() == "done" ? "" : "it was not told that it is done";
  });
  ASSERT_EQ(user.peer().Hear(), "leased");
  EXPECT_EQ(DriverOf(address_), "vfio-pci");
  EXPECT_NE(
      AsUser(kOtherUser, [&](Peer&) { return Why(Acquire(ByVfio(address_))); }),
      "");
  user.peer().Send("done");
  EXPECT_EQ(user.Outcome(), "");
  EXPECT_TRUE(IsGivenBackTo(driver_, address_)) << daemon.log();
}

TEST_F(Vfio, ClientKilledInTheMiddle_DeviceIsGivenBack) {
  const Daemon daemon;
  UserProcess user(kUser, [&](Peer& peer) -> std::string {
    auto lease = Acquire(ByVfio(address_));
    if (!lease) return Why(lease);
    peer.Send("leased");
    return peer.Hear();
  });
  ASSERT_EQ(user.peer().Hear(), "leased");
  ::kill(user.pid(), SIGKILL);
  EXPECT_TRUE(IsGivenBackTo(driver_, address_)) << daemon.log();
}

// The virtual functions of the NVMe controller that has some. Its driver does
// not take them: it would wait for each.
class VirtualFunctions {
 public:
  VirtualFunctions() {
    const std::string root = "/sys/bus/pci/devices/";
    for (const std::string& address : NamesIn(root)) {
      if (std::filesystem::exists(root + address + "/sriov_numvfs")) {
        physical_ = root + address;
      }
    }
    EXPECT_NE(physical_, "") << "nothing here has virtual functions";
    WriteAttribute(physical_ + "/sriov_drivers_autoprobe", "0");
    WriteAttribute(physical_ + "/sriov_numvfs", "2");
  }
  ~VirtualFunctions() { WriteAttribute(physical_ + "/sriov_numvfs", "0"); }
  VirtualFunctions(const VirtualFunctions&) = delete;
  VirtualFunctions& operator=(const VirtualFunctions&) = delete;

  [[nodiscard]] std::string First() const {
    return std::filesystem::canonical(physical_ + "/virtfn0").filename();
  }

 private:
  std::string physical_;
};

// What VFIO says of the device of the lease.
std::string CheckIsPci(const client::Lease& lease) {
  const api::Grant* grant = lease.Find("work");
  if (grant == nullptr) return "nothing was granted";
  vfio_device_info info{};
  info.argsz = sizeof info;
  if (::ioctl(grant->fd.get(), VFIO_DEVICE_GET_INFO, &info) != 0) {
    return std::strerror(errno);
  }
  return (info.flags & VFIO_DEVICE_FLAGS_PCI) != 0 ? "" : "no PCI device";
}

TEST_F(Vfio, VirtualFunctionOfANvme_IsLeasedByItself) {
  const VirtualFunctions functions;
  const std::string address = functions.First();
  const auto machine = ProbeGuest();
  EXPECT_EQ(TextOf(*machine, "pci:" + address, "sriov_vf_index"), "0");
  const Daemon daemon;
  EXPECT_EQ(AsUser(kUser,
                   [&](Peer&) -> std::string {
                     auto lease = Acquire(ByVfio(address, "storage/nvme"));
                     return lease ? CheckIsPci(*lease) : Why(lease);
                   }),
            "")
      << daemon.log();
  EXPECT_TRUE(IsGivenBackTo("", address)) << daemon.log();
}

// After each of the steps by which a device is taken from its driver.
class Crash : public Vfio, public ::testing::WithParamInterface<const char*> {};

TEST_P(Crash, OfTheDaemon_InTheMiddleOfARebind_LeavesTheDeviceUsable) {
  {
    CrashingDaemon daemon(GetParam());
    const std::string said =
        AsUser(kUser, [&](Peer&) { return Why(Acquire(ByVfio(address_))); });
    EXPECT_NE(said, "");
    EXPECT_EQ(daemon.Outcome(), "") << said;
  }
  EXPECT_FALSE(DriverOf(address_) == driver_ && OverrideOf(address_).empty())
      << "nothing was left to recover from";
  const Daemon daemon;
  EXPECT_TRUE(IsGivenBackTo(driver_, address_)) << daemon.log();
  EXPECT_EQ(AsUser(kUser,
                   [&](Peer&) -> std::string {
                     auto lease = Acquire(ByVfio(address_));
                     return lease ? DriveEdu(*lease) : Why(lease);
                   }),
            "")
      << daemon.log();
  EXPECT_TRUE(IsGivenBackTo(driver_, address_)) << daemon.log();
}

INSTANTIATE_TEST_SUITE_P(Vfio, Crash,
                         ::testing::Values("/driver_override", "/unbind",
                                           "/vfio-pci/bind"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(c); }, '_');
                           return "After" + name;
                         });

}  // namespace
}  // namespace acceld::vm
