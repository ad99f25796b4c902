// `accel-topo why KEY`: everything that is known of one thing, and from where.
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "base/document.h"
#include "base/result.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

// Errors of both: kNotFound, kInvalidArgument (ambiguous name).
[[nodiscard]] Result<std::string> WhyText(const Machine& machine,
                                          const std::string& name,
                                          const Look& look);
// {"key", "kind", the members of SetSummary (client/topo/why_summary.h),
// "attributes": [{"name", "value", "evidence", "source"}],
// "relations": [{"kind", "from", "to", "evidence", "source"}],
// "links": [{"kind", "from", "to", "forward", "backward"}]}
[[nodiscard]] Result<Document> WhyDocument(const Machine& machine,
                                           const std::string& name);

}  // namespace acceld::topo
