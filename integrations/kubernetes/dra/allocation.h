// What a ResourceClaim was allocated of this node's devices, and the pipeline
// that acquires exactly those. Claims are written by users: bounded and
// checked. Pure; thread-safe.
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
};

struct Allocation {
  std::vector<AllocatedDevice> devices;  // of this driver and node, not empty
  std::optional<Document> pipeline;      // of the opaque parameters
  // The requests whose devices the pipeline is for; empty: all.
  std::vector<std::string> pipeline_requests;
};

// The device that a stage was placed on.
struct PlacedStage {
  std::string stage;
  std::string device;  // key
};

// "4Gi", "100", "2k" as a number. Errors: kInvalidArgument (also: below zero,
// no whole number, more than fits).
[[nodiscard]] Result<std::int64_t> ParseQuantity(std::string_view text);

// `claim`: a ResourceClaim as the API server gives it, which must have the uid
// `uid`. Errors: kStale (another uid: the claim was made anew), kUnavailable
// (not allocated yet), kNotFound (a device that the pool does not have),
// kUnsupported (administrative access), kInvalidArgument (parameters that are
// none, with JSON pointers; nothing of this driver; another node's pool).
[[nodiscard]] Result<Allocation> ReadAllocation(const Document& claim,
                                                std::string_view uid,
                                                std::string_view node,
                                                const Pool& pool);

// The pipeline to acquire: that of the parameters with each stage confined to
// the claim's devices, and a stage "device-N" for each result that it is not
// for (N: its index). Errors: kInvalidArgument (no stages; names that clash).
[[nodiscard]] Result<Document> PipelineOf(const Allocation& allocation);

// Where the stages of a placement (docs/dbus-api.md) went. Errors:
// kCorruptInput.
[[nodiscard]] Result<std::vector<PlacedStage>> ReadPlacement(
    const Document& placement);

// Whether the placement has every device of the allocation and no other.
// Errors: kUnsatisfiable (one that the pipeline leaves unused), kInternal (one
// that is not the claim's).
[[nodiscard]] Status CheckPlaced(const Allocation& allocation,
                                 const std::vector<PlacedStage>& stages);

}  // namespace acceld::dra
