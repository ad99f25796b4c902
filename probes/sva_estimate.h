// Whether shared virtual addressing may work on a PCI function. Only a bind
// proves it (Linux refuses every bind on x86 in some versions, whatever sysfs
// says), so the answer is never "proven".
// Pure; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acceld::probes {

// What is absent is not known.
struct SvaEvidence {
  // Whether an IOMMU translates the function.
  std::optional<bool> is_translated;
  std::string_view unit_kind;  // IommuUnit::kind; empty: not known
  std::optional<bool> unit_scalable_mode;
  std::optional<int> unit_pasid_width;
  std::optional<bool> unit_pri;  // the unit takes page requests
  std::optional<bool> pasid_capable;
  std::optional<bool> pasid_enabled;
  // What PASIDs meet on their way to the root complex (probes/pasid_path.h).
  std::vector<std::string> pasid_obstacles;
  std::optional<bool> ats_capable;
  std::optional<bool> ats_enabled;
  std::optional<bool> pri_capable;
  std::optional<bool> pri_enabled;
  // Below a port that leaves the machine (Thunderbolt): the kernel turns no
  // ATS on there.
  bool is_removable = false;
  std::string_view domain_type;  // "DMA", "DMA-FQ", "identity"; empty: unknown
};

struct SvaEstimate {
  std::string_view sva;  // "no", "possible" or "unknown"
  // For people. Of "no": all that is in the way, what has to change first
  // first. Of "unknown": what is not known. Empty for "possible".
  std::vector<std::string> reasons;
  // What may still refuse a bind and cannot be seen. Empty for "no".
  std::vector<std::string> caveats;
};

// VT-d and AMD-Vi want ATS as well as PASID; an SMMU can stall the device
// instead. Source: Linux 6.12 intel_iommu_enable_sva, iommu_sva_bind_device,
// amd_iommu_pasid_supported, arm_smmu_master_sva_supported.
[[nodiscard]] SvaEstimate EstimateSva(const SvaEvidence& evidence);

}  // namespace acceld::probes
