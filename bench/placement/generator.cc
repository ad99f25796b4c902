#include "bench/placement/generator.h"

#include <random>
#include <utility>
#include <vector>

#include "bench/placement/fabric.h"
#include "bench/placement/sizes.h"

namespace acceld::bench {
namespace {

constexpr std::uint64_t kMostTraffic = 8;
constexpr std::size_t kMostStages = 64;  // as of a request

// Distributions differ between libraries, engines do not.
using Random = std::mt19937_64;

struct Flows {
  std::size_t stages = 0;
  std::vector<std::int64_t> flow;
  bool has_ends = false;  // the first and the last stage are adapters

  void Resize(std::size_t count) {
    stages = count;
    flow.assign(count * count, 0);
  }
  void Add(std::size_t from, std::size_t to, std::int64_t traffic) {
    flow[from * stages + to] += traffic;
  }
};

std::int64_t DrawTraffic(Random& random) {
  return static_cast<std::int64_t>(1 + random() % kMostTraffic);
}

Result<Flows> DrawFlows(const std::string& text, Random& random) {
  const auto sized = ParseSizedWord(text);
  if (!sized || sized->sizes.size() != 1 || sized->sizes[0] > kMostStages) {
    return Fail(ErrorCode::kInvalidArgument, "not a pipeline: " + text);
  }
  const std::size_t size = sized->sizes[0];
  Flows flows;
  if (sized->word == "chain") {
    flows.Resize(size);
    for (std::size_t i = 0; i + 1 < size; ++i) {
      flows.Add(i, i + 1, DrawTraffic(random));
    }
  } else if (sized->word == "ends") {
    flows.Resize(size + 2);
    flows.has_ends = true;
    for (std::size_t i = 0; i < size + 1; ++i) {
      flows.Add(i, i + 1, DrawTraffic(random));
    }
  } else if (sized->word == "joined") {
    flows.Resize(2 * size + 1);
    for (std::size_t i = 0; i < 2 * size; ++i) {
      flows.Add(i, i % size + 1 == size ? 2 * size : i + 1,
                DrawTraffic(random));
    }
  } else if (sized->word == "fan") {
    flows.Resize(size + 3);
    flows.Add(0, 1, 8);
    for (std::size_t i = 2; i < size + 2; ++i) {
      flows.Add(1, i, 6);
      flows.Add(i, size + 2, 2);
    }
  } else if (sized->word == "all") {
    flows.Resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = i + 1; j < size; ++j) {
        flows.Add(i, j, DrawTraffic(random));
      }
    }
  } else {
    return Fail(ErrorCode::kInvalidArgument, "no such pipeline: " + text);
  }
  return flows;
}

std::vector<std::size_t> DrawFree(std::size_t devices, double busy,
                                  Random& random) {
  std::vector<std::size_t> free;
  const auto taken = static_cast<std::uint64_t>(busy * 1000);
  for (std::size_t device = 0; device < devices; ++device) {
    if (random() % 1000 >= taken) free.push_back(device);
  }
  return free;
}

void Allow(const Parameters& parameters, const Fabric& fabric,
           const std::vector<std::size_t>& free, bool has_ends, Instance& one) {
  std::vector<std::size_t> accelerators;
  std::vector<std::size_t> adapters;
  for (const std::size_t device : free) {
    (device < fabric.accelerators ? accelerators : adapters).push_back(device);
  }
  one.allowed.assign(one.stages, accelerators);
  if (has_ends) one.allowed.front() = one.allowed.back() = adapters;
  std::erase_if(one.allowed.front(), [&](std::size_t device) {
    return device % parameters.first_every != 0;
  });
  if (!parameters.pin) return;
  one.allowed.front() = {free.front()};
  one.allowed.back() = {free.back()};
}

}  // namespace

Result<Instance> Generate(const Parameters& parameters) {
  Random random(parameters.seed);
  ACCELD_TRY(const Fabric fabric, ParseFabric(parameters.fabric));
  ACCELD_TRY(Flows flows, DrawFlows(parameters.pipeline, random));
  const auto free = DrawFree(fabric.devices, parameters.busy, random);
  if (free.size() * parameters.capacity < flows.stages) {
    return Fail(ErrorCode::kInvalidArgument,
                "fewer devices are free than there are stages");
  }
  Instance one;
  one.name = parameters.pipeline + " on " + parameters.fabric;
  one.stages = flows.stages;
  one.devices = fabric.devices;
  one.capacity.assign(fabric.devices,
                      static_cast<std::int64_t>(parameters.capacity));
  one.flow = std::move(flows.flow);
  Allow(parameters, fabric, free, flows.has_ends, one);
  if (one.allowed.front().empty() || one.allowed.back().empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "the first stage or the last has no device");
  }
  one.distance.reserve(fabric.devices * fabric.devices);
  for (std::size_t a = 0; a < fabric.devices; ++a) {
    for (std::size_t b = 0; b < fabric.devices; ++b) {
      one.distance.push_back(fabric.distance(a, b));
    }
  }
  return one;
}

}  // namespace acceld::bench
