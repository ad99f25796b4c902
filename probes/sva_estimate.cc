#include "probes/sva_estimate.h"

#include <utility>

namespace acceld::probes {
namespace {

using Reasons = std::vector<std::string>;

bool IsX86(const SvaEvidence& evidence) {
  return evidence.unit_kind == "intel" || evidence.unit_kind == "amd";
}

void AddUnitReasons(const SvaEvidence& evidence, Reasons& reasons) {
  if (evidence.is_translated == false) {
    reasons.emplace_back("no IOMMU translates the function");
  } else if (evidence.unit_scalable_mode == false) {
    reasons.emplace_back("the IOMMU unit has no scalable mode, so no PASID");
  } else if (evidence.unit_pasid_width == 0) {
    reasons.emplace_back("the IOMMU unit knows no PASID");
  }
  if (evidence.unit_kind == "amd" && evidence.unit_pri == false) {
    reasons.emplace_back("the IOMMU unit takes no page requests");
  }
}

void AddPasidReasons(const SvaEvidence& evidence, Reasons& reasons) {
  if (evidence.pasid_capable == false) {
    reasons.emplace_back("the function has no PASID capability");
    return;
  }
  if (evidence.pasid_enabled != false) return;
  reasons.emplace_back("PASID is off");
  for (const std::string& obstacle : evidence.pasid_obstacles) {
    reasons.push_back("PASIDs do not pass: " + obstacle);
  }
}

// Where PASID could not be anyway, ATS and PRI would not help.
void AddFaultReasons(const SvaEvidence& evidence, Reasons& reasons) {
  if (!IsX86(evidence) || evidence.pasid_capable == false) return;
  if (evidence.ats_capable == false) {
    reasons.emplace_back("the function has no ATS, which this IOMMU wants");
  } else if (evidence.ats_enabled == false) {
    reasons.emplace_back(
        evidence.is_removable
            ? "ATS is off, which this IOMMU wants: the kernel trusts no "
              "function behind an external port"
            : "ATS is off, which this IOMMU wants");
  }
  if (evidence.pri_capable == true && evidence.pri_enabled == false) {
    reasons.emplace_back("PRI is off although the function has it");
  }
}

Reasons Unknowns(const SvaEvidence& evidence) {
  Reasons unknown;
  if (!evidence.pasid_enabled || (IsX86(evidence) && !evidence.ats_enabled)) {
    unknown.emplace_back("the config space is not readable");
  }
  if (!evidence.is_translated) {
    unknown.emplace_back("no IOMMU group is to be seen");
  }
  return unknown;
}

Reasons Caveats(const SvaEvidence& evidence) {
  Reasons caveats;
  if (IsX86(evidence)) {
    caveats.emplace_back(
        "some kernels refuse every bind on x86 (EOPNOTSUPP), which sysfs does "
        "not show");
  }
  if (evidence.unit_kind == "amd" && evidence.domain_type.starts_with("DMA")) {
    caveats.emplace_back(
        "AMD-Vi needs v2 page tables (amd_iommu=pgtbl_v2) in a DMA domain, "
        "which sysfs does not show");
  }
  if (evidence.unit_kind == "smmu-v3") {
    caveats.emplace_back(
        "an SMMU's stream and substream sizes are not in sysfs");
    if (evidence.domain_type == "identity") {
      caveats.emplace_back(
          "an identity domain: kernels before 6.11 refuse a bind on an SMMU");
    }
  }
  if (evidence.pri_capable == false) {
    caveats.emplace_back(
        "no PRI: the device needs page faults of its own, or pinned memory");
  }
  return caveats;
}

}  // namespace

SvaEstimate EstimateSva(const SvaEvidence& evidence) {
  Reasons reasons;
  AddUnitReasons(evidence, reasons);
  AddPasidReasons(evidence, reasons);
  AddFaultReasons(evidence, reasons);
  if (!reasons.empty()) return {"no", std::move(reasons), {}};
  reasons = Unknowns(evidence);
  const std::string_view sva = reasons.empty() ? "possible" : "unknown";
  return {sva, std::move(reasons), Caveats(evidence)};
}

}  // namespace acceld::probes
