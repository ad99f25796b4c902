#include "client/topo/distance.h"

#include <utility>
#include <vector>

#include "client/topo/describe.h"
#include "client/topo/name_lookup.h"
#include "client/topo/path_text.h"
#include "graph/path_steps.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::VertexId;

struct Pair {
  VertexId from;
  VertexId to;
  graph::Distance distance;
};

Result<Pair> Measure(const Topology& topology, const std::string& from,
                     const std::string& to) {
  Pair pair;
  ACCELD_TRY(pair.from, FindByName(topology, from));
  ACCELD_TRY(pair.to, FindByName(topology, to));
  auto distance = topology.DistanceBetween(pair.from, pair.to);
  if (!distance) {
    return Fail(ErrorCode::kNotFound, "no path leads from " +
                                          KeyOf(topology, pair.from) + " to " +
                                          KeyOf(topology, pair.to));
  }
  pair.distance = *std::move(distance);
  return pair;
}

}  // namespace

Result<std::string> DistanceText(const Machine& machine,
                                 const std::string& from, const std::string& to,
                                 const Look& look) {
  const Topology& topology = *machine.topology;
  ACCELD_TRY(const Pair pair, Measure(topology, from, to));
  const std::vector<graph::PathStep> steps =
      graph::StepsOf(topology, pair.distance);
  std::string out;
  AppendHeading(topology, pair.from, pair.to, look, out);
  AppendMeasures(topology, pair.from, pair.to, pair.distance, steps, look, out);
  if (steps.empty()) return out;
  out.push_back('\n');
  AppendSteps(topology, steps, look, out);
  out.append("\n")
      .append(look.Paint(graph::MarkLegend(), Role::kFaint))
      .append("\n");
  return out;
}

Result<Document> DistanceDocument(const Machine& machine,
                                  const std::string& from,
                                  const std::string& to) {
  const Topology& topology = *machine.topology;
  ACCELD_TRY(const Pair pair, Measure(topology, from, to));
  Document document;
  document.Set("from", topology.vertex(pair.from).key);
  document.Set("to", topology.vertex(pair.to).key);
  SetMeasures(topology, pair.distance, graph::StepsOf(topology, pair.distance),
              document);
  return document;
}

}  // namespace acceld::topo
