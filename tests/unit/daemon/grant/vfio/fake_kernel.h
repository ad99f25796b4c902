// A kernel with PCI functions, drivers and VFIO, as far as rebinding and
// opening go: a SysTree that reacts to what is written to it, nodes that are
// memory files, and ioctls of them. Tests only; single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ioctl.h"
#include "base/unique_fd.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/open_token.h"
#include "daemon/grant/vfio/sysfs_writer.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::testing {

class FakeKernel final : public daemon::vfio::SysfsWriter,
                         public daemon::DeviceOpener,
                         public Ioctls {
 public:
  // `loaded`: whether vfio-pci is.
  explicit FakeKernel(bool loaded = true);

  struct Function {
    std::string address;
    int device = 0;      // of vendor 0x1234
    std::string driver;  // that binds it by itself; empty: none
    int group = 0;
    int class_code = 0x010802;
  };
  void Add(const Function& function);
  void Unplug(const std::string& address);
  // "nvme", "vfio-pci", "" of a function now, and its override ("(null)").
  [[nodiscard]] std::string DriverOf(const std::string& address) const;
  [[nodiscard]] std::string OverrideOf(const std::string& address) const;
  void SetOverride(const std::string& address, const std::string& driver);
  // Driver and override of all functions: what must be as before.
  [[nodiscard]] std::vector<std::string> State() const;

  // The write of this number (from 0) fails with EIO and does nothing; from
  // `dead_after` on every write does: the process is gone.
  std::optional<int> failing_write;
  std::optional<int> dead_after;
  // This ioctl fails so.
  std::optional<std::pair<unsigned long, int>> failing_ioctl;
  std::string mediated;        // the UUID of a mediated device
  bool has_groups = true;      // CONFIG_VFIO_GROUP
  bool has_iommufd = false;    // and nodes of devices
  std::set<std::string> open;  // nodes that somebody has open
  mutable std::vector<std::string> writes;
  mutable std::vector<std::string> ioctls;
  mutable std::vector<std::string> opened;

  [[nodiscard]] SysRoot root() const { return tree.root(); }

  [[nodiscard]] Status Write(std::string_view path,
                             std::string_view text) const override;
  [[nodiscard]] Result<UniqueFd> Open(const daemon::OpenToken& token,
                                      const std::string& path,
                                      dev_t device) const override;
  [[nodiscard]] int Call(int fd, unsigned long request,
                         void* argument) const override;

  mutable SysTree tree;

 private:
  [[nodiscard]] std::string PathOf(const std::string& address) const;
  [[nodiscard]] Status Bind(const std::string& driver,
                            const std::string& address) const;
  [[nodiscard]] Status Unbind(const std::string& driver,
                              const std::string& address) const;
  void UpdateVfio(int group) const;

  mutable PciSysTree pci_;
  std::map<std::string, Function> functions_;
};

}  // namespace acceld::testing
