// What sysfs does not say of a driver and its source code does: which
// functions it offers, how a client may be given its node, and how many may
// use it at a time. One table per framework.
// Pure; no threading rule.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace acceld::probes {

struct DriverTraits {
  std::string_view driver;  // name of the kernel driver that is bound
  // attr::kGrant. "fd": open() binds nothing, an open fd may be handed on.
  // "ticket": open() binds the opener's address space, or a reset kills the
  // opener; the client must open the node itself. "none": it is not handed out.
  std::string_view grant;
  std::string_view sharing;      // attr::kSharing
  std::optional<int> instances;  // opens in all, where the driver limits them
  // Whether a bind of the opener's address space to an IOMMU PASID is part of
  // the driver's interface.
  bool binds_sva = false;
  std::span<const std::string_view> functions;  // of api/functions.h
};

// An unknown driver offers no function; its grant is the one that is safe for
// any driver of the framework.
[[nodiscard]] const DriverTraits& DrmDriver(std::string_view driver);
[[nodiscard]] const DriverTraits& AccelDriver(std::string_view driver);
// /dev/kfd.
[[nodiscard]] const DriverTraits& KfdDriver();
// /dev/nvidiaN of NVIDIA's own driver.
[[nodiscard]] const DriverTraits& NvidiaDriver();
// Of an instance of a GPU that is split (MIG): it has no graphics.
[[nodiscard]] std::span<const std::string_view> MigFunctions();

// Of the verbs of any RDMA driver: ib_uverbs opens for all of them.
[[nodiscard]] const DriverTraits& RdmaVerbs();

// Of NVMe controllers that the kernel drives. Their block devices are opened by
// path, by whom the system lets; nothing of them is handed out.
[[nodiscard]] const DriverTraits& NvmeBlock();

// Edge TPUs: one driver.
[[nodiscard]] const DriverTraits& ApexDriver();

// Functions of one entry of a uacce device's `algorithms`; none where the
// vocabulary has no word for it.
// Source: hisi_zip, hisi_hpre and hisi_sec2 (drivers/crypto/hisilicon), UADK's
// wd_udma.
[[nodiscard]] std::span<const std::string_view> UacceFunctions(
    std::string_view algorithm);

// Every function that any of the tables holds.
[[nodiscard]] std::vector<std::string_view> MappedFunctions();

}  // namespace acceld::probes
