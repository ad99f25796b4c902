// Distance rows of all accelerators and NICs of fabrics of 4,000 vertices:
// Boost's Dijkstra beside the contraction, and what a new snapshot computes
// after one change beside what it computes without the snapshot before
// (docs/performance.md). Medians of five, one thread.
//
//   bazel run //bench:route_bench
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

#include "base/topology_terms.h"
#include "bench/route_fabric.h"
#include "graph/builder.h"
#include "graph/contraction.h"
#include "graph/parts.h"
#include "graph/route_edges.h"
#include "graph/route_search.h"
#include "graph/routes.h"

namespace acceld {
namespace {

using bench::Fabric;
using graph::Parts;
using graph::RouteCost;
using graph::Routes;
using graph::Vertex;
using graph::VertexId;

double Milliseconds(const std::function<void()>& work) {
  std::array<double, 5> times{};
  for (double& time : times) {
    const auto start = std::chrono::steady_clock::now();
    work();
    time = std::chrono::duration<double, std::milli>(
               std::chrono::steady_clock::now() - start)
               .count();
  }
  std::sort(times.begin(), times.end());
  return times[2];
}

std::vector<VertexId> Devices(const Parts& parts) {
  std::vector<VertexId> devices;
  for (const Vertex& vertex : parts.vertices) {
    if (vertex.kind == VertexKind::kAccelerator ||
        vertex.kind == VertexKind::kNic) {
      devices.push_back(vertex.id);
    }
  }
  return devices;
}

std::unique_ptr<Routes> NewRoutes(const Parts& parts) {
  return std::make_unique<Routes>(parts.vertices, parts.links, parts.relations);
}

// Computes what is not there yet: rows, and columns that rows lack.
void ComputeAll(const Routes& routes, const std::vector<VertexId>& devices,
                const Parts& parts) {
  for (const VertexId device : devices) {
    (void)routes.CostBetween(device, device);
  }
  for (const Vertex& vertex : parts.vertices) {
    (void)routes.CostBetween(devices[0], vertex.id);
  }
}

struct Latency {
  std::int64_t value = 0;
};
using LatencyGraph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property,
                                       Latency, boost::no_property,
                                       std::uint32_t, std::uint32_t>;

// The plainest use of Boost: latency alone, distances alone.
double BoostLatencies(const graph::RouteEdges& list,
                      const std::vector<VertexId>& devices) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
  std::vector<Latency> latencies;
  for (const graph::RouteEdge& edge : list.edges) {
    ends.emplace_back(edge.from, edge.to);
    latencies.push_back({edge.latency.value()});
  }
  const LatencyGraph network(boost::edges_are_sorted, ends.begin(), ends.end(),
                             latencies.begin(),
                             static_cast<std::uint32_t>(list.vertex.size()));
  std::vector<std::int64_t> distances(list.vertex.size());
  return Milliseconds([&] {
    for (const VertexId device : devices) {
      boost::dijkstra_shortest_paths(
          network, list.exit[device.value()],
          boost::weight_map(boost::get(&Latency::value, network))
              .distance_map(boost::make_iterator_property_map(
                  distances.begin(),
                  boost::get(boost::vertex_index, network))));
    }
  });
}

void PrintRows(const Fabric& fabric) {
  const Parts parts = fabric.Resolve();
  const graph::RouteEdges list =
      graph::ListRouteEdges(parts.vertices, parts.links, parts.relations);
  const std::vector<VertexId> devices = Devices(parts);
  std::printf("%s: %zu vertices, %zu links, %zu rows\n", fabric.name.c_str(),
              parts.vertices.size(), parts.links.size(), devices.size());
  const double latencies = BoostLatencies(list, devices);
  const graph::RouteSearch search(list);
  const double both = Milliseconds([&] {
    for (const VertexId device : devices) {
      (void)search.From(list.exit[device.value()]);
    }
  });
  std::vector<graph::SearchResult> results;
  const double both_kept = Milliseconds([&] {
    results.clear();
    for (const VertexId device : devices) {
      results.push_back(search.From(list.exit[device.value()]));
    }
  });
  const double contracting =
      Milliseconds([&] { (void)graph::Contraction::Build(list); });
  const auto contraction = graph::Contraction::Build(list);
  std::vector<RouteCost> row(list.entry.size());
  const double sweeps = Milliseconds([&] {
    for (const VertexId device : devices) {
      contraction->Sweep(list.exit[device.value()],
                         graph::Contraction::Direction::kFrom, list.entry, row);
    }
  });
  const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  std::unique_ptr<Routes> routes;
  const double kept = Milliseconds([&] {
    routes = NewRoutes(parts);
    for (const VertexId device : devices) {
      (void)routes->CostBetween(device, device);
    }
  });
  const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
  std::printf(
      "  Boost, latency alone      %8.1f ms\n"
      "  Boost, latency, bandwidth %8.1f ms; results kept %.1f ms\n"
      "  contraction               %8.1f ms (once a snapshot)\n"
      "  sweeps, both              %8.1f ms: 1/%.1f and 1/%.1f of Boost\n"
      "  all of it, rows kept      %8.1f ms: 1/%.1f of Boost's kept\n"
      "  memory of the rows        %8.1f MiB\n",
      latencies, both, both_kept, contracting, sweeps, latencies / sweeps,
      both / sweeps, kept, both_kept / kept,
      static_cast<double>(after - before) / (1 << 20));
}

struct Changed {
  const char* name;
  std::function<void(Fabric&)> change;
};

std::vector<std::optional<VertexId>> SameIn(const Parts& before,
                                            const Parts& after) {
  std::unordered_map<std::string, VertexId> ids;
  for (const Vertex& vertex : before.vertices) {
    ids.emplace(vertex.key, vertex.id);
  }
  std::vector<std::optional<VertexId>> same(after.vertices.size());
  for (const Vertex& vertex : after.vertices) {
    const auto at = ids.find(vertex.key);
    if (at != ids.end()) same[vertex.id.value()] = at->second;
  }
  return same;
}

void PrintUpdate(const Fabric& fabric, const Changed& changed) {
  const Parts parts = fabric.Resolve();
  const auto before = NewRoutes(parts);
  ComputeAll(*before, Devices(parts), parts);
  Fabric other = fabric;
  changed.change(other);
  const Parts now = other.Resolve();
  const std::vector<VertexId> devices = Devices(now);
  const auto same = SameIn(parts, now);
  const double anew =
      Milliseconds([&] { ComputeAll(*NewRoutes(now), devices, now); });
  std::size_t taken = 0;
  const double update = Milliseconds([&] {
    const auto routes = NewRoutes(now);
    routes->TakeOver(*before, same);
    taken = routes->row_count();
    ComputeAll(*routes, devices, now);
  });
  const double edges = Milliseconds([&] { (void)NewRoutes(now); });
  std::printf(
      "  %-32s %5zu of %zu rows taken over %7.1f ms, anew %7.1f ms"
      " (both with %.1f ms for the list of edges)\n",
      changed.name, taken, devices.size(), update, anew, edges);
}

void Remove(Fabric& fabric, const std::string& key) {
  std::erase_if(fabric.wires, [&](const bench::Wire& wire) {
    return wire.from == key || wire.to == key;
  });
}

int Main() {
  const std::array<Changed, 5> changes{{
      {"a GPU's PCIe link slower",
       [](Fabric& fabric) {
         fabric.Find("switch-port:3.1", "pci:3.1").gigabytes = 32;
       }},
      {"a GPU gone",
       [](Fabric& fabric) {
         Remove(fabric, "accelerator:3.1");
         Remove(fabric, "pci:3.1");
       }},
      {"a NIC's cable gone",
       [](Fabric& fabric) {
         std::erase_if(fabric.wires, [](const bench::Wire& wire) {
           return wire.from == "pci:3.9" && wire.kind == LinkKind::kFabric;
         });
       }},
      {"a leaf's cable to a spine gone",
       [](Fabric& fabric) {
         std::erase_if(fabric.wires, [](const bench::Wire& wire) {
           return wire.from == "fabric-hub:1000.3" &&
                  wire.to == "fabric-hub:2000.1";
         });
       }},
      {"a socket link slower",
       [](Fabric& fabric) {
         fabric.Find("numa:3.0", "numa:3.1").nanoseconds = 140;
       }},
  }};
  for (const Fabric& fabric : {bench::LeafAndSpine(), bench::SwitchStars()}) {
    PrintRows(fabric);
    for (const Changed& changed : changes) PrintUpdate(fabric, changed);
  }
  return 0;
}

}  // namespace
}  // namespace acceld

int main() { return acceld::Main(); }
