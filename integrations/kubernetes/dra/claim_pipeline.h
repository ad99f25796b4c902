// The pipeline that acquires exactly what a claim was allocated, and whether
// what came of it is that. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "integrations/kubernetes/dra/allocation.h"

namespace acceld::dra {

// The device that a stage was placed on.
struct PlacedStage {
  std::string stage;
  std::string device;  // key
};

// The pipeline to acquire: that of the parameters with each stage confined to
// the claim's devices, and a stage "device-N" for each result that it is not
// for (N: its index). What containers open by its node is only reserved
// ("grant": "none"): each such device of a claim without parameters, and of a
// pipeline those that have no other way, or for which it says so. `stand_in`:
// soft devices stand in for all, and have no nodes. Errors: kInvalidArgument
// (no stages; a stage that is to be at a path of this process's mount
// namespace, or to have a device alone of which the claim has a share).
[[nodiscard]] Result<Document> PipelineOf(const Allocation& allocation,
                                          bool stand_in);

// The same with every stage only reserved: for an acceld that gives leases no
// sockets, where a grant is for this process and so for nobody.
// Requires: what PipelineOf() gave.
[[nodiscard]] Document Reserved(const Document& pipeline);

// Where the stages of a placement (docs/dbus-api.md) went. Errors:
// kCorruptInput.
[[nodiscard]] Result<std::vector<PlacedStage>> ReadPlacement(
    const Document& placement);

// Whether the placement has every device of the allocation and no other, and of
// a shared one no more than was allocated. Errors: kUnsatisfiable (a device
// that the pipeline leaves unused, opens or memory beyond the share),
// kInternal (a device that is not the claim's).
[[nodiscard]] Status CheckPlaced(const Allocation& allocation,
                                 const std::vector<PlacedStage>& stages);

}  // namespace acceld::dra
