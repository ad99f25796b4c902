// Whether shared virtual addressing may work on a PCI function. Only a bind
// proves it (Linux refuses every bind on x86 in some versions, whatever sysfs
// says), so the answer is never "proven".
// Pure; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acceld::probes {

struct SvaEvidence {
  // Whether an IOMMU translates the function; nothing: not known.
  std::optional<bool> is_translated;
  std::string_view unit_kind;  // IommuUnit::kind; empty: not known
  std::optional<int> unit_pasid_width;
  std::optional<bool> pasid_capable;
  std::optional<bool> pasid_enabled;
  std::optional<bool> ats_enabled;
};

struct SvaEstimate {
  std::string_view sva;     // "no", "possible" or "unknown"
  std::string_view reason;  // for people; empty for "possible"
};

// VT-d and AMD-Vi want ATS as well as PASID; an SMMU can stall the device
// instead.
[[nodiscard]] SvaEstimate EstimateSva(const SvaEvidence& evidence);

}  // namespace acceld::probes
