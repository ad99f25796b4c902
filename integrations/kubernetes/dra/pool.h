// Pool: everything that a node publishes, split into ResourceSlices within the
// API's limits. The same machine gives the same slices. Pure; thread-safe.
// Source: kubernetes/api resource/v1/types.go, ResourceSliceSpec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/document.h"
#include "integrations/kubernetes/dra/machine.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

inline constexpr std::size_t kMaxDevices = 128;  // of a slice
// Where one of them has taints or consumes counters.
inline constexpr std::size_t kMaxAdvancedDevices = 64;

// What the name of a published device stands for.
struct PoolDevice {
  std::string name;         // "pci-0000-3b-00-0-drm"
  std::string key;          // "accelerator:renderD128"
  std::string function;     // one that it offers, for a lease of it
  std::int64_t shares = 1;  // among how many claims it can be shared
  std::string health;       // "ok", "degraded", "failed", "unknown"
  std::string taint;        // of acceld: "refuse: new fan"; "" none
  std::vector<std::string> functions = {};  // all that it offers
  // Whether a container opens it by its node, and whether that is the only way.
  bool has_node = false;
  bool only_by_path = false;
};

struct Pool {
  std::vector<PoolDevice> devices;  // in key order
  // The part of each slice's spec that differs: {"devices": [...]} or
  // {"sharedCounters": [...]}. At least one; a pool without devices has one
  // without devices, so that "nothing" can be told from "not yet known".
  std::vector<Document> parts;
};

[[nodiscard]] Pool BuildPool(const Machine& machine, const Release& release);

// Null where there is none of this name.
[[nodiscard]] const PoolDevice* Find(const Pool& pool, std::string_view name);

// Who publishes.
struct NodeIdentity {
  std::string name;
  std::string uid;  // of the Node object, which owns the slices
};

// "worker-3-acceld.org-0": names that are known beforehand, so that a repeated
// create is no second slice.
[[nodiscard]] std::string SliceName(const std::string& node, std::size_t index);

// The ResourceSlice number `index` of `pool`, without a resourceVersion.
[[nodiscard]] Document SliceObject(const Pool& pool, std::size_t index,
                                   const NodeIdentity& node,
                                   std::int64_t generation,
                                   const Release& release);

}  // namespace acceld::dra
