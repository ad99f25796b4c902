// What a ResourceClaim was allocated of this node's devices, and the pipeline
// of its parameters. Claims are written by users: bounded and checked. Pure;
// thread-safe.
// Source: kubernetes/api resource/v1/types.go, AllocationResult.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "integrations/kubernetes/dra/pool.h"

namespace acceld::dra {

// One result of the allocation.
struct AllocatedDevice {
  std::string request;   // of the claim; "gpu", "gpu/large" of alternatives
  std::string share_id;  // "" where it is not shared
  PoolDevice device;
  std::int64_t instances = 0;  // opens of a shared device; 0: all of it
  std::int64_t memory = 0;     // bytes of device memory; 0: as it comes
  bool in_pipeline = false;    // whether the claim's pipeline is for it
};

struct Allocation {
  std::vector<AllocatedDevice> devices;  // of this driver and node, not empty
  // Of the opaque parameters; nothing where they are for none of the devices.
  std::optional<Document> pipeline;
  // What the pod calls the claim, where it was made of a template; "" else.
  std::string pod_claim;
};

// `claim`: a ResourceClaim as the API server gives it, which must have the uid
// `uid`. Errors: kStale (another uid: the claim was made anew), kUnavailable
// (not allocated yet), kNotFound (a device that the pool does not have),
// kUnsupported (administrative access; a pipeline for some devices and another
// for others), kInvalidArgument (parameters that are none, with JSON pointers;
// nothing of this driver; another node's pool).
[[nodiscard]] Result<Allocation> ReadAllocation(const Document& claim,
                                                std::string_view uid,
                                                std::string_view node,
                                                const Pool& pool);

}  // namespace acceld::dra
