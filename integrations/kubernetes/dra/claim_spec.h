// The CDI spec of a prepared claim: what its containers get. One CDI device for
// each device of the lease, "acceld.org/claim=UID-N", and one for each
// request's file, "acceld.org/claim=UID_REQUEST". Looks at device nodes;
// thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "integrations/cdi/spec.h"
#include "integrations/kubernetes/dra/claim_pipeline.h"
#include "integrations/kubernetes/dra/machine.h"

namespace acceld::dra {

inline constexpr std::string_view kClaimClass = "claim";

// What a claim's containers are to get.
struct ClaimLease {
  std::string uid;     // of the claim
  std::string lease;   // its object path
  std::string socket;  // of the lease's own, for its grants; "" none
  std::vector<PlacedStage> stages;
  // A file for the containers of each request.
  struct File {
    std::string request;
    std::string host_path;
    std::string container_path;
  };
  std::vector<File> files = {};
};

// "acceld.org-claim_UID.json".
[[nodiscard]] std::string SpecFileName(const std::string& uid);

// The devices of the stages, each once, as they come: number N is the claim's
// device "UID-N" in CDI.
[[nodiscard]] std::vector<std::string> DevicesOf(
    const std::vector<PlacedStage>& stages);

// "acceld.org/claim=UID-N" of the device.
[[nodiscard]] std::string CdiName(const std::string& uid, std::size_t index);
// "acceld.org/claim=UID_REQUEST": the request's file.
[[nodiscard]] std::string CdiName(const std::string& uid,
                                  const std::string& request);

// Where device nodes are looked for.
struct NodePlaces {
  // Before their paths, where the host's / is seen elsewhere; "" is here.
  std::string root;
  // The machine is a described one, and soft devices stand in for what it has:
  // there are no nodes.
  bool stand_in = false;
};

// Nodes are looked at: type and number must be what acceld says of the device
// now (integrations/cdi/device_node.h); those that a device's programs open
// besides come along (companion_nodes.h). A device without a node gives its
// variables alone. Errors: kDeviceGone (the machine does not have it any more,
// or something else is at its path), kNotFound (no node), kInvalidArgument,
// kPermissionDenied, kIo.
[[nodiscard]] Result<cdi::Spec> MakeClaimSpec(const ClaimLease& claim,
                                              const Machine& machine,
                                              const NodePlaces& places);

}  // namespace acceld::dra
