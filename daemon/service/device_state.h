// What the broker knows of a device at the moment, in the words of the bus: who
// still holds it, and whether binds on it work. What it says of other users'
// processes is their number. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "base/attribute.h"
#include "base/document.h"
#include "daemon/broker.h"
#include "daemon/service/visibility.h"
#include "graph/topology.h"

namespace acceld::daemon {

// "state" ("unknown", "proven", "refused"); of a verdict "age_ns" and, of a
// refusal, "errno" and "why"; "passing": the last failure that passes, with
// "errno", "why" and "age_ns". For administrators "uid", of who said it.
[[nodiscard]] Document SvaVerdictDocument(const Broker& broker,
                                          const Asker& asker,
                                          const std::string& device);

// Each lease's that waits on `device`, or on every device (empty): "device",
// "age_ns", "held_by" (array of "pid" and "name": the asker's processes; all
// for an administrator), "others" (how many more processes). For the lease's
// owner and administrators "lease" and, where it could not be looked at or
// given back, "trouble".
[[nodiscard]] std::vector<Document> QuarantineDocuments(
    const Broker& broker, const Asker& asker, const std::string& device = "");

// The same as attributes of the device, for people: "sva" as it was proven or
// refused, "taint" and "quarantine".
[[nodiscard]] std::vector<Attribute> AttributesNow(const Broker& broker,
                                                   const Asker& asker,
                                                   const graph::Vertex& vertex);

// Where a device hangs (graph/named_places.h), as far as the caller may see
// that: the keys of those vertices.
void AppendPlaces(const graph::Topology& topology, const Visibility& seen,
                  const graph::Vertex& vertex,
                  std::vector<Attribute>& attributes);

}  // namespace acceld::daemon
