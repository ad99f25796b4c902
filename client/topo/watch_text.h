// What `accel-topo watch` prints of one change of the machine: one line, or one
// JSON object, for each thing that came, went or is different.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"
#include "graph/diff.h"

namespace acceld::topo {

// Lines "TIME SIGN KEY  WHAT", each ended: "+" with what the tree says of the
// thing, "-", and "~" for every value that changed. Links, relations and
// faults stand after the things; those of a thing that came or went are not
// listed. "" where nothing differs. Requires: `diff` is of these two.
[[nodiscard]] std::string WatchText(std::string_view time,
                                    const Machine& before, const Machine& after,
                                    const graph::Diff& diff, const Look& look);

// The same as objects: {"time", "change": "added" | "removed" | "changed",
// "what": "vertex" | "link" | "relation" | "fault", ...}.
// vertex: "key", "kind"; link and relation: "from", "to", "kind"; fault:
// "where", "code", "text". Of what changed, one object for each value, with
// "name", "before" and "after" (absent where that side knows none).
[[nodiscard]] std::vector<Document> WatchDocuments(std::string_view time,
                                                   const graph::Diff& diff);

}  // namespace acceld::topo
