// What an exported machine costs: the picture alone, then each format, for the
// described hosts and for 65 vertices with 4,032 links that nobody folded into
// hubs (tests/support/mesh_machine.h). Budget: 100 ms for the .svg of that one
// (docs/performance.md).
//
//   bazel run //bench:export_bench
#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "graph/export/draw_picture.h"
#include "graph/export/formats.h"
#include "graph/topology.h"
#include "probes/machine_document.h"
#include "tests/support/mesh_machine.h"

namespace acceld {
namespace {

using graph::exports::ExportText;
using graph::exports::Format;
using TopologyPtr = std::shared_ptr<const graph::Topology>;

TopologyPtr Described(const std::string& name) {
  std::ifstream file("configs/hosts/" + name + ".json");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  auto facts = probes::ParseMachineText(text);
  if (!facts) return nullptr;
  return graph::Topology::Build(*std::move(facts), 1);
}

void Draw(benchmark::State& state, const TopologyPtr& topology) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        graph::exports::DrawPicture(*topology, {.fold = false}));
  }
}

void Export(benchmark::State& state, const TopologyPtr& topology,
            Format format) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = ExportText(
        *topology, format, {.name = "bench", .picture = {.fold = false}});
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  state.counters["KiB"] = static_cast<double>(bytes) / 1024;
}

bool Register(const std::string& name, const TopologyPtr& topology) {
  if (topology == nullptr) {
    (void)std::fprintf(stderr, "%s is no machine\n", name.c_str());
    return false;
  }
  benchmark::RegisterBenchmark((name + "/layout").c_str(), Draw, topology)
      ->Unit(benchmark::kMillisecond);
  for (const Format format : {Format::kSvg, Format::kHtml, Format::kJson,
                              Format::kDot, Format::kGraphml}) {
    const std::string full =
        name + "/" + std::string(graph::exports::Name(format));
    benchmark::RegisterBenchmark(full.c_str(), Export, topology, format)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}

int Main(int argc, char** argv) {
  bool all = Register("mesh", testing::MeshMachine().Build());
  for (const char* host : {"dgx-1v", "dsa-gpu-2s", "grace-hopper-like",
                           "nvswitch-8gpu", "shared-hbm"}) {
    all = Register(host, Described(host)) && all;
  }
  if (!all) return 1;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace acceld

int main(int argc, char** argv) { return acceld::Main(argc, argv); }
