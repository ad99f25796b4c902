// VFIO groups: what must be handed out together, and whether it can be.
//
// Functions that the IOMMU cannot tell apart are one group. VFIO gives a
// program the whole group or nothing: the group is viable while no function of
// it is held by a driver that does DMA on the kernel's behalf.
// Single-threaded.
//
// Source: Documentation/driver-api/vfio.rst; drivers/vfio/group.c
// (/dev/vfio/GROUP, "noiommu-" groups); drivers/iommu/iommu.c
// iommu_group_claim_dma_owner() and driver_managed_dma (Linux 5.19; the same
// rule as vfio_dev_viable() before).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/vfio_offers.h"

namespace acceld::probes {

struct VfioGroup {
  // Under /sys/class/vfio and /dev/vfio: "21", "noiommu-3".
  std::string node;
  // No IOMMU translates: whoever opens it reads and writes all memory.
  bool is_noiommu = false;
  // Members that drivers of the kernel hold: "0000:00:1f.3 (snd_hda_intel)".
  // Bridges are no members in this sense. Empty: the group is viable. At most
  // the first 16.
  std::vector<std::string> blocked_by;
  // Addresses of the PCI functions that VFIO drivers hold, or will once the
  // group is leased (VfioOffers); who opens the group has all of them.
  std::vector<std::string> functions;
};

// Whether a VFIO driver holds the device whose directory is `path`: by the name
// of its driver, or by the directory `vfio-dev`, which VFIO makes for a driver
// of any name.
[[nodiscard]] bool IsHeldByVfio(const FactReader& reader,
                                std::string_view driver,
                                const std::string& path);

// Why the function at `path` is not taken from its driver `driver` though an
// offer would; empty: it is. The driver of a physical function takes its
// virtual functions along when it leaves.
// Source: sriov_numvfs (Documentation/ABI/testing/sysfs-bus-pci).
[[nodiscard]] std::string WhyNotTaken(const FactReader& reader,
                                      const std::string& path);

class VfioGroups {
 public:
  // All must outlive the groups.
  VfioGroups(const FactReader& reader, const FactIndex& index,
             const VfioOffers& offers);

  // The group of this number; read once.
  [[nodiscard]] const VfioGroup& Get(std::int64_t number);

 private:
  [[nodiscard]] VfioGroup Read(std::int64_t number) const;
  void AddMember(const std::string& name, const std::string& directory,
                 VfioGroup& group) const;

  const FactReader& reader_;
  const FactIndex& index_;
  const VfioOffers& offers_;
  // Addresses of the PCI functions of each group, by their `iommu_group`.
  std::map<std::int64_t, std::vector<std::string>> members_;
  std::map<std::int64_t, VfioGroup> groups_;
};

// Adds the nodes by which a VFIO device can be had to `key`: `node` and
// `device_number` of its group ("node" of VfioGroup), and vfio_cdev and
// vfio_cdev_number of the device itself, which the kernel makes with
// CONFIG_VFIO_DEVICE_CDEV (`device_path`/vfio-dev/vfioN, Linux 6.6). A kernel
// without groups (CONFIG_VFIO_GROUP) has the second only: then it is the node.
void AddVfioNodes(const FactReader& reader, const std::string& key,
                  const std::string& group, const std::string& device_path);

}  // namespace acceld::probes
