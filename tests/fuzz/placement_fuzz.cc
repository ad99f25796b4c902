// Whatever the machine, the leases on it and the request are: an answer passes
// the verifier, bounds hold, a refusal has reasons. The bytes are the choices
// that a random case is drawn with, as the tests by RapidCheck print them.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/topology.h"
#include "tests/fuzz/checked_solve.h"
#include "tests/support/dice.h"
#include "tests/support/random_case.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using acceld::testing::Dice;
  const auto random =
      acceld::testing::DrawCase(Dice(std::vector(data, data + size)));
  const auto topology = acceld::graph::Topology::Build(random.facts, 1);
  acceld::testing::CheckedSolve(random.request, *topology, random.occupancy,
                                random.objective);
  return 0;
}
