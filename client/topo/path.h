// `accel-topo path A B`: the path verdict (graph/path_verdict.h) for people.
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "base/document.h"
#include "base/result.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

// Errors of both: kNotFound (an unknown name), kInvalidArgument (an ambiguous
// one). Two things that no link joins have a verdict too.
[[nodiscard]] Result<std::string> PathText(const Machine& machine,
                                           const std::string& from,
                                           const std::string& to,
                                           const Look& look);
// {"from", "to": {"key", "function", "iommu_group", "iommu_domain", "iommu",
// "numa_node"}, "locality", the members of SetMeasures (client/topo/
// path_text.h) where there is a path, "stated" (source) where the firmware
// states the pair, "same_iommu_group", "acs": [{"key", "supported", "enabled",
// "redirects", "evidence", "source"}], "peer_to_peer": {"answer", "findings":
// [{"reason", "text", "key", "evidence", "source"}]}}
[[nodiscard]] Result<Document> PathDocument(const Machine& machine,
                                            const std::string& from,
                                            const std::string& to);

}  // namespace acceld::topo
