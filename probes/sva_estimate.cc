#include "probes/sva_estimate.h"

namespace acceld::probes {

SvaEstimate EstimateSva(const SvaEvidence& evidence) {
  if (evidence.is_translated == false) {
    return {"no", "no IOMMU translates the function"};
  }
  if (evidence.unit_pasid_width == 0) {
    return {"no", "the IOMMU unit knows no PASID"};
  }
  if (evidence.pasid_capable == false) {
    return {"no", "the function has no PASID capability"};
  }
  if (evidence.pasid_enabled == false) return {"no", "PASID is off"};
  const bool wants_ats =
      evidence.unit_kind == "intel" || evidence.unit_kind == "amd";
  if (wants_ats && evidence.ats_enabled == false) {
    return {"no", "ATS is off, and this IOMMU wants it"};
  }
  if (!evidence.pasid_enabled || (wants_ats && !evidence.ats_enabled)) {
    return {"unknown", "the config space is not readable"};
  }
  if (!evidence.is_translated) {
    return {"unknown", "no IOMMU group is to be seen"};
  }
  return {"possible", ""};
}

}  // namespace acceld::probes
