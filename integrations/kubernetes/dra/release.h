// Release: what the API server at hand understands. Kubernetes drops fields
// that it does not know or that are switched off, and refuses some forms of
// others, so what is published follows the server's version.
// A value; no threading rule.
#pragma once

#include <string>

namespace acceld::dra {

// Versions of resource.k8s.io that this speaks, best first.
inline constexpr const char* kApiVersions[] = {"v1", "v1beta2", "v1beta1"};

struct Release {
  std::string api_version = "v1";
  int minor = 34;  // of Kubernetes 1.N

  // Counter sets in slices of their own, without devices (before 1.35, with the
  // devices that use them). On by default since 1.36: a server of 1.35 without
  // the gate DRAPartitionableDevices drops them.
  // Source: kubernetes/kubernetes pkg/features/kube_features.go, KEP-4815.
  [[nodiscard]] bool HasCounterSlices() const { return minor >= 35; }
  // Taints, which are on by default since then (DRADeviceTaints, KEP-5055):
  // before, a device that is not to be used is not published.
  [[nodiscard]] bool HasTaints() const { return minor >= 36; }
  // The taint effect None, for people only.
  // Source: kubernetes/api resource/v1/types.go, DeviceTaintEffectNone.
  [[nodiscard]] bool HasEffectNone() const { return minor >= 36; }
  // The standard attribute resource.kubernetes.io/numaNode (KEP-6072).
  [[nodiscard]] bool HasNumaNode() const { return minor >= 37; }
  // v1beta1 has the attributes of a device in a member "basic".
  [[nodiscard]] bool HasBasicDevices() const {
    return api_version == "v1beta1";
  }
};

}  // namespace acceld::dra
