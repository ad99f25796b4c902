// Hidden: what of a machine lies outside the namespace of who asks, and so does
// not exist for it: devices, and the parts of the machine that only they have.
// Pure; immutable once made.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "graph/topology.h"
#include "placement/marked_devices.h"
#include "policy/policy.h"

namespace acceld::placement {

class Hidden {
 public:
  // Hides nothing.
  Hidden() = default;
  // `devices` are of `topology` and `policy`.
  // Complexity: O(devices); without namespaces, of some operations each.
  Hidden(const MarkedDevices& devices, const graph::Topology& topology,
         const policy::Policy& policy, const policy::SubjectMarks& asker);

  [[nodiscard]] bool empty() const { return vertices_.empty(); }
  [[nodiscard]] bool Has(graph::VertexId id) const {
    return vertices_.contains(id);
  }
  // Whether a text, or what an attribute says, names something hidden: by key,
  // address or node.
  [[nodiscard]] bool IsNamedIn(std::string_view text) const;
  [[nodiscard]] bool IsNamedIn(const Attribute& attribute) const;

 private:
  std::set<graph::VertexId> vertices_;
  std::vector<std::string> names_;
};

}  // namespace acceld::placement
