#include "tests/vm/cases/cuse_device.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

namespace acceld::vm {
namespace {

namespace fs = std::filesystem;

constexpr char kClass[] = "/sys/class/uacce";

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text << "\n";
}

// Nothing can be made in sysfs: a tmpfs that has the kernel's own entries too
// lies over the class.
void CoverClass(const std::string& address) {
  const fs::path entry = fs::path(kClass) / "cuse-0";
  std::map<fs::path, fs::path> links;
  for (const auto& device : fs::directory_iterator(kClass)) {
    links[device.path()] = fs::canonical(device.path());
  }
  ASSERT_EQ(::mount("tmpfs", kClass, "tmpfs", 0, "mode=755"), 0)
      << kClass << ": " << std::strerror(errno);
  for (const auto& [path, target] : links) fs::create_symlink(target, path);
  fs::create_directory(entry);
  std::ifstream number("/sys/class/cuse/cuse-0/dev");
  std::string text;
  ASSERT_TRUE(number >> text);
  WriteFile(entry / "dev", text);
  WriteFile(entry / "api", "cuse_v1");
  WriteFile(entry / "algorithms", "udma");
  WriteFile(entry / "flags", "0");
  WriteFile(entry / "available_instances", "8");
  WriteFile(entry / "region_mmio_size", "0");
  WriteFile(entry / "region_dus_size", "0");
  fs::create_symlink(fs::canonical("/sys/bus/pci/devices/" + address),
                     entry / "device");
}

}  // namespace

CuseDevice::CuseDevice(const std::string& address)
    : program_({"/usr/bin/cuse_accelerator", "cuse-0"}) {
  EXPECT_TRUE(program_.Says("serving cuse-0")) << program_.output();
  // The kernel makes the node after it was told.
  for (int i = 0; i < 3000 && ::access("/dev/cuse-0", F_OK) != 0; ++i) {
    ::usleep(20000);
  }
  CoverClass(address);
}

CuseDevice::~CuseDevice() { ::umount2(kClass, MNT_DETACH); }

bool CuseDevice::WasOpenedBy(pid_t process) const {
  return log().find("opened by process " + std::to_string(process) +
                    " of user ") != std::string::npos;
}

}  // namespace acceld::vm
