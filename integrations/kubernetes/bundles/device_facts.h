// What of a machine's devices decides how containers get at them. Values; pure
// functions.
#pragma once

#include <map>
#include <string>

#include "base/document.h"
#include "base/result.h"
#include "integrations/kubernetes/bundles/copy.h"

namespace acceld::kubernetes {

struct DeviceFacts {
  // A container can open it by a node of its own. VFIO's nodes are no such.
  bool has_node = false;
  // It is granted at a path of the mount namespace of who asks: in this
  // process's, once.
  bool only_by_path = false;
};

using FactsByDevice = std::map<std::string, DeviceFacts>;  // by key

// `devices`: what Client::ListDevices() gives. Errors: kCorruptInput.
[[nodiscard]] Result<FactsByDevice> ReadDeviceFacts(const Document& devices);

// The pipeline with those stages only reserved ("grant": "none") that a
// container opens by its nodes: those on `copy`'s devices that have no other
// way, and with `prefer_nodes` all whose devices have nodes. Stages that say
// how they are granted stay as they are. Requires: a pipeline that `copy` is
// of.
[[nodiscard]] Document OpenedByNode(const Document& pipeline, const Copy& copy,
                                    const FactsByDevice& facts,
                                    bool prefer_nodes);

}  // namespace acceld::kubernetes
