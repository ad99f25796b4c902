// What Allocate answers: the edits of the units' leases in the kubelet's words.
// Pure.
#pragma once

#include <span>

#include "integrations/cdi/spec.h"
#include "kubelet/deviceplugin_v1beta1.pb.h"

namespace acceld::kubernetes {

enum class AnswerForm {
  kDevices,  // device nodes, mounts and variables: every kubelet
  kCdi,      // names of CDI devices, whose specs the runtime reads
};

// Adds what one container gets of its leases, each the one device of a spec. Of
// several leases, lists of addresses and nodes are joined, the variable of the
// lease names the first one, and ACCELD_LEASES names all.
void AddAnswer(std::span<const cdi::Spec> leases, AnswerForm form,
               v1beta1::ContainerAllocateResponse& answer);

}  // namespace acceld::kubernetes
