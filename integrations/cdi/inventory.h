// The specs of a machine's devices, one for each class: for engines and
// schedulers that give devices out by themselves (and hold leases on them). A
// pure function but for a look at the device nodes.
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "integrations/cdi/spec.h"

namespace acceld::cdi {

struct Inventory {
  std::vector<Spec> specs;  // by class, sorted
  // "KEY: why" of devices that have a node and are in no spec.
  std::vector<std::string> left_out;
};

// The class of a device is its framework ("acceld.org/drm"), its name what its
// key has after the kind ("renderD128", "wq0.0"); its edits are its node and a
// variable of its own, ACCELD_DEVICE_NAME="KEY pci=ADDRESS numa=N". Of what has
// a node and can be handed out; not of VFIO, where groups belong to a device,
// nor of software accelerators. `machine` is a machine document (Describe),
// `root` as for FindDeviceNode(). Errors: kCorruptInput (no such document).
[[nodiscard]] Result<Inventory> InventoryOf(const Document& machine,
                                            const std::string& root = {});

}  // namespace acceld::cdi
