// all_pairs HOST.json: the distance of every pair of a described machine, for
// viewer_test.py to compare with what the page's script finds. Prints a JSON
// object of arrays: "FROM TO": [ns, bytes/s (-1: unlimited), hops] or null.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "base/document.h"
#include "base/json.h"
#include "graph/topology.h"
#include "probes/machine_document.h"

namespace acceld {
namespace {

Document AllPairs(const graph::Topology& topology) {
  Document pairs = Document::Object{};
  for (const graph::Vertex& a : topology.vertices()) {
    for (const graph::Vertex& b : topology.vertices()) {
      Document value;
      if (const auto distance = topology.DistanceBetween(a.id, b.id)) {
        const bool is_unlimited = distance->bandwidth >= graph::kUnlimited;
        value.Append(distance->latency.value());
        value.Append(is_unlimited ? std::int64_t{-1}
                                  : distance->bandwidth.value());
        value.Append(distance->hops);
      }
      pairs.Set(a.key + " " + b.key, std::move(value));
    }
  }
  return pairs;
}

int Main(const char* path) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  auto facts = probes::ParseMachineText(text);
  if (!facts) {
    (void)std::fprintf(stderr, "%s\n", facts.error().message.c_str());
    return 1;
  }
  const auto topology = graph::Topology::Build(*std::move(facts), 1);
  (void)std::puts(PrintJson(AllPairs(*topology)).c_str());
  return 0;
}

}  // namespace
}  // namespace acceld

int main(int argc, char** argv) {
  return argc == 2 ? acceld::Main(argv[1]) : 2;
}
