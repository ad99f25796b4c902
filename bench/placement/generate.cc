// generate: writes instances for placement_bench and for other solvers, in the
// pqap format.
//
//   bazel run //bench/placement:generate -- --help
#include <cstdio>
#include <exception>
#include <random>

#include <CLI/CLI.hpp>

#include "bench/placement/fabric.h"
#include "bench/placement/generator.h"
#include "bench/placement/instance.h"
#include "bench/placement/known_optimum.h"
#include "bench/placement/sizes.h"

namespace acceld::bench {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  generate rack:18x4 fan:4 --busy 0.6 --output fan4-rack.pqap\n"
    "  generate pod:32x8 fan:6 --busy 0.75 --first-every 2 > fan6-pod256.pqap\n"
    "  generate pod:512x8 fan:6 --busy 0.8 --first-every 2 > "
    "fan6-pod4096.pqap\n"
    "  generate torus:4x4 chain:8 --seed 7 > chain8-torus.pqap\n"
    "  generate grid:3x4 > grid12.pqap     a dense problem; prints its "
    "optimum\n";

constexpr const char* kGrids =
    "Without a pipeline:\n"
    "  grid:RxC       as many stages as devices, dense, with an optimum that "
    "is "
    "known\n"
    "                 (bench/placement/known_optimum.h); it is printed to "
    "standard error\n";

void Declare(CLI::App& app, Parameters& parameters, std::string& output) {
  app.add_option("FABRIC", parameters.fabric, "The devices, see below")
      ->required();
  app.add_option("PIPELINE", parameters.pipeline, "The stages, see below");
  app.add_option("--busy", parameters.busy, "Part of the devices in use")
      ->type_name("PART")
      ->check(CLI::Range(0.0, 0.999))
      ->capture_default_str();
  app.add_option("--first-every", parameters.first_every,
                 "The first stage may use each N-th device only")
      ->type_name("N")
      ->check(CLI::Range(1, 16383))
      ->capture_default_str();
  app.add_option("--capacity", parameters.capacity,
                 "Stages that one device can take")
      ->type_name("N")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_flag("--pin", parameters.pin,
               "The first and the last stage have one device each, the "
               "outermost free ones");
  app.add_option("--seed", parameters.seed, "Of traffic and of what is in use")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--output", output, "Default: standard output")
      ->type_name("FILE");
  app.footer(std::string(kExamples) + "\n" + kFabrics + "\n" + kPipelines +
             "\n" + kGrids);
}

Result<Instance> Make(const Parameters& parameters) {
  const auto grid = ParseSizedWord(parameters.fabric);
  if (!grid || grid->word != "grid") return Generate(parameters);
  if (grid->sizes.size() != 2 || grid->sizes[0] * grid->sizes[1] > 64 ||
      !parameters.pipeline.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "a grid has two sizes, at most 64 devices and no pipeline");
  }
  std::mt19937_64 random(parameters.seed);
  auto known =
      MakeKnownOptimum(grid->sizes[0], grid->sizes[1],
                       [&](std::uint64_t below) { return random() % below; });
  (void)std::fprintf(stderr, "optimum: %lld\n",
                     static_cast<long long>(known.optimum));
  return std::move(known.instance);
}

int Main(int argc, const char* const* argv) {
  Parameters parameters;
  std::string output;
  CLI::App app("Writes a placement problem in the pqap format.");
  Declare(app, parameters, output);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const auto instance = Make(parameters);
  const Status written = instance ? WriteInstance(*instance, output)
                                  : Status(Fail(instance.error()));
  if (written) return 0;
  (void)std::fprintf(stderr, "generate: %s\n", written.error().message.c_str());
  return 1;
}

}  // namespace
}  // namespace acceld::bench

int main(int argc, char** argv) {
  try {
    return acceld::bench::Main(argc, argv);
  } catch (const std::exception& error) {  // the last resort
    (void)std::fprintf(stderr, "generate: %s\n", error.what());
    return 1;
  }
}
