// The spec of a lease: what a container is given of it. A pure function but for
// a look at the device nodes.
#pragma once

#include <string>

#include "base/document.h"
#include "base/result.h"
#include "integrations/cdi/spec.h"

namespace acceld::cdi {

// The id of a lease, which is the name of its device in CDI: the last part of
// its object path. Errors: kCorruptInput.
[[nodiscard]] Result<std::string> LeaseIdOf(const Document& lease);

// `lease` is one of ListLeases() that has a socket of its own. Its container
// gets that socket, the nodes of its devices for the user whose lease it is and
// those that their drivers' programs open besides (companion_nodes.h),
// those of them that are at a path as the launcher's mount namespace has them,
// and ACCELD_LEASE, ACCELD_LEASE_SOCKET, ACCELD_PCI_ADDRESSES and
// ACCELD_NUMA_NODES. `root` as for FindDeviceNode(). Where one node is not the
// device's there is no spec at all. Errors: kCorruptInput (no such document),
// kUnsupported (the lease has no socket), those of FindDeviceNode() with the
// device's key.
[[nodiscard]] Result<Spec> SpecOfLease(const Document& lease,
                                       const std::string& root = {});

}  // namespace acceld::cdi
