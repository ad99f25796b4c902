#include "tests/unit/daemon/grant/vfio/fake_kernel.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/vfio_abi.h"

namespace acceld::testing {
namespace {

constexpr const char* kDrivers = "sys/bus/pci/drivers/";

// "nvme" and "bind" of "sys/bus/pci/drivers/nvme/bind".
std::pair<std::string, std::string> SplitLast(std::string_view path) {
  const auto slash = path.rfind('/');
  return {std::string(path.substr(0, slash)),
          std::string(path.substr(slash + 1))};
}

// The path of the node that the memory file stands for.
std::string NodeOf(int fd) {
  std::array<char, 256> text{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
  const std::string name(text.data(),
                         size > 0 ? static_cast<std::size_t>(size) : 0);
  const auto begin = name.find(':') + 1;
  return name.substr(begin, name.find(' ') - begin);
}

}  // namespace

FakeKernel::FakeKernel(bool loaded) : pci_(tree) {
  tree.AddDirectory("sys/bus/pci/devices");
  tree.AddFile("sys/class/misc/vfio/dev", "10:196\n");
  if (loaded) tree.AddDirectory(std::string(kDrivers) + "vfio-pci");
}

std::string FakeKernel::PathOf(const std::string& address) const {
  return "sys/bus/pci/devices/" + address;
}

void FakeKernel::Add(const Function& function) {
  functions_[function.address] = function;
  PciSpec spec;
  spec.address = function.address;
  spec.below = "pci" + function.address.substr(0, 7);
  spec.vendor = 0x1234;
  spec.device = function.device;
  spec.class_code = function.class_code;
  spec.driver = function.driver;
  spec.iommu_group = function.group;
  const std::string path = pci_.Add(spec);
  if (!function.driver.empty()) tree.AddDirectory(kDrivers + function.driver);
  tree.AddFile(path + "/driver_override", "(null)\n");
  tree.AddLinkTo("sys/kernel/iommu_groups/" + std::to_string(function.group) +
                     "/devices/" + function.address,
                 path);
  UpdateVfio(function.group);
}

void FakeKernel::Unplug(const std::string& address) {
  const int group = functions_.at(address).group;
  tree.Remove("sys/kernel/iommu_groups/" + std::to_string(group) + "/devices/" +
              address);
  tree.Remove(PathOf(address));
  functions_.erase(address);
  UpdateVfio(group);
}

std::string FakeKernel::DriverOf(const std::string& address) const {
  const auto link = root().ReadLink(PathOf(address) + "/driver");
  return link ? SplitLast(*link).second : std::string();
}

std::string FakeKernel::OverrideOf(const std::string& address) const {
  return root().ReadAttribute(PathOf(address) + "/driver_override").value();
}

void FakeKernel::SetOverride(const std::string& address,
                             const std::string& driver) {
  tree.AddFile(pci_.PathOf(address) + "/driver_override", driver + "\n");
}

std::vector<std::string> FakeKernel::State() const {
  std::vector<std::string> state;
  for (const auto& [address, function] : functions_) {
    state.push_back(address + " " + DriverOf(address) + " " +
                    OverrideOf(address));
  }
  return state;
}

Status FakeKernel::Write(std::string_view path, std::string_view text) const {
  const int number = static_cast<int>(writes.size());
  writes.push_back(std::string(path) + " " + std::string(text));
  if (number == failing_write || (dead_after && number >= *dead_after)) {
    return FailErrno(path, EIO);
  }
  if (!root().Exists(path)) {
    const bool of_driver =
        path.starts_with(kDrivers) && root().Exists(SplitLast(path).first);
    if (!of_driver) return FailErrno(path, ENOENT);
  }
  const auto [directory, attribute] = SplitLast(path);
  const std::string name = SplitLast(directory).second;
  if (attribute == "driver_override") {
    tree.AddFile(pci_.PathOf(name) + "/driver_override",
                 text == "\n" ? "(null)\n" : std::string(text) + "\n");
    return {};
  }
  if (attribute == "bind") return Bind(name, std::string(text));
  if (attribute == "unbind") return Unbind(name, std::string(text));
  return {};
}

Status FakeKernel::Bind(const std::string& driver,
                        const std::string& address) const {
  const auto found = functions_.find(address);
  const std::string set =
      found == functions_.end() ? std::string() : OverrideOf(address);
  if (found == functions_.end() || !DriverOf(address).empty() ||
      driver != (set == "(null)" ? found->second.driver : set)) {
    return FailErrno("bind", ENODEV);
  }
  tree.AddLinkTo(pci_.PathOf(address) + "/driver", kDrivers + driver);
  UpdateVfio(found->second.group);
  return {};
}

Status FakeKernel::Unbind(const std::string& driver,
                          const std::string& address) const {
  if (DriverOf(address) != driver) return FailErrno("unbind", ENODEV);
  // The kernel would wait for ever.
  EXPECT_FALSE(driver == "vfio-pci" &&
               open.contains("/dev/vfio/" +
                             std::to_string(functions_.at(address).group)));
  tree.Remove(pci_.PathOf(address) + "/driver");
  UpdateVfio(functions_.at(address).group);
  return {};
}

// The nodes of a group, and of its devices, are there while vfio-pci holds one.
void FakeKernel::UpdateVfio(int group) const {
  const std::string node = "sys/class/vfio/" + std::to_string(group);
  bool any = false;
  for (const auto& [address, function] : functions_) {
    if (function.group != group) continue;
    const bool held = DriverOf(address) == "vfio-pci";
    any = any || held;
    const std::string cdev = pci_.PathOf(address) + "/vfio-dev";
    if (!held && root().Exists(cdev)) tree.Remove(cdev);
    if (held && has_iommufd) {
      tree.AddFile("sys/class/misc/iommu/dev", "10:126\n");
      tree.AddFile(cdev + "/vfio" + std::to_string(function.device) + "/dev",
                   "234:" + std::to_string(function.device) + "\n");
    }
  }
  if (any && has_groups) {
    tree.AddFile(node + "/dev", "240:" + std::to_string(group) + "\n");
  } else if (root().Exists(node)) {
    tree.Remove(node);
  }
}

Result<UniqueFd> FakeKernel::Open(const daemon::OpenToken& /*token*/,
                                  const std::string& path, dev_t device) const {
  opened.push_back(path + " " + std::to_string(gnu_dev_major(device)) + ":" +
                   std::to_string(gnu_dev_minor(device)));
  if (open.contains(path) && !path.starts_with("/dev/vfio/devices/")) {
    return FailErrno(path, EBUSY);
  }
  return UniqueFd(::memfd_create(path.c_str(), MFD_CLOEXEC));
}

int FakeKernel::Call(int fd, unsigned long request, void* argument) const {
  const std::string node = NodeOf(fd);
  ioctls.push_back(node);
  if (failing_ioctl && failing_ioctl->first == request) {
    return -failing_ioctl->second;
  }
  switch (request) {
    case VFIO_GET_API_VERSION:
      return VFIO_API_VERSION;
    case VFIO_CHECK_EXTENSION:
      return 1;
    case VFIO_GROUP_GET_STATUS:
      static_cast<vfio_group_status*>(argument)->flags =
          VFIO_GROUP_FLAGS_VIABLE;
      return 0;
    case VFIO_GROUP_GET_DEVICE_FD: {
      const std::string name = static_cast<const char*>(argument);
      return name == mediated || DriverOf(name) == "vfio-pci"
                 ? ::memfd_create(("device-" + name).c_str(), MFD_CLOEXEC)
                 : -ENODEV;
    }
    case vfio::kBindIommufd:
      return open.contains(node) ? -EINVAL : 0;
    case vfio::kIoasAlloc:
      static_cast<vfio::IoasAlloc*>(argument)->out_ioas_id = 7;
      return 0;
    case VFIO_GROUP_SET_CONTAINER:
    case VFIO_SET_IOMMU:
    case vfio::kAttachIommufdPt:
    case VFIO_DEVICE_RESET:
      return 0;
    default:
      return -ENOTTY;
  }
}

}  // namespace acceld::testing
