#include "client/topo/interfaces.h"

#include <string_view>
#include <variant>

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

std::string_view Text(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const auto* text =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view() : *text;
}

bool IsSameDevice(const Topology& topology, const Vertex& a, const Vertex& b) {
  constexpr std::string_view kRender = "render_node";
  if (b.kind != VertexKind::kAccelerator || a.id == b.id) return false;
  if (Text(a, attr::kFramework) == Text(b, attr::kFramework)) return false;
  const std::string_view of_a = Text(a, kRender);
  const std::string_view of_b = Text(b, kRender);
  if (!of_a.empty() || !of_b.empty()) {
    return (!of_a.empty() && of_a == Text(b, attr::kNodePath)) ||
           (!of_b.empty() && of_b == Text(a, attr::kNodePath));
  }
  const auto function = topology.FunctionOf(a.id);
  return function && function == topology.FunctionOf(b.id);
}

}  // namespace

std::vector<VertexId> OtherInterfacesOf(const Topology& topology,
                                        const Vertex& vertex) {
  std::vector<VertexId> others;
  if (vertex.kind != VertexKind::kAccelerator) return others;
  for (const Vertex& other : topology.vertices()) {
    if (IsSameDevice(topology, vertex, other)) others.push_back(other.id);
  }
  return others;
}

}  // namespace acceld::topo
