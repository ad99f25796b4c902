// What a container is told of its devices in files, one for each request of a
// claim: where they are and what they are like, in the form that Kubernetes
// defines, so that a program finds the same whatever driver it is of. Pure;
// thread-safe.
// Source: KEP-5304 (alpha in Kubernetes 1.36, beta in 1.37),
// k8s.io/dynamic-resource-allocation/api/metadata, v1beta1 and v1alpha1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "integrations/kubernetes/dra/allocation.h"
#include "integrations/kubernetes/dra/machine.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

// A claim as the kubelet names it.
struct ClaimName {
  std::string name_space;
  std::string name;
  std::string uid;
};

// The kubelet knows a request of alternatives by its first name: "gpu" of
// "gpu/large".
[[nodiscard]] std::string MainRequest(const std::string& request);

struct RequestMetadata {
  std::string request;         // its main name
  std::string container_path;  // of the file, in a container
  std::string text;  // of the file: a JSON object a line, newest first
};

// One for each request of the allocation. A device that is out of the machine
// by now has no attributes there; none has its health, which is for no file
// that nobody reads again. Errors: kInvalidArgument (names that no API server
// gives: they are parts of paths).
[[nodiscard]] Result<std::vector<RequestMetadata>> MetadataOf(
    const ClaimName& claim, const Allocation& allocation,
    const std::string& pool, const Machine& machine, const Release& release);

// What MetadataOf() made, read back. Errors: kCorruptInput.
[[nodiscard]] Result<RequestMetadata> ReadMetadata(std::string text);

}  // namespace acceld::dra
