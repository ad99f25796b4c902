// DescribedHost: a machine of configs/hosts as a topology. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "graph/topology.h"
#include "probes/machine_document.h"
#include "tests/support/read_file.h"

namespace acceld::testing {

// `name` without ".json"; the test lists the file under `data`. Fails the test
// where it is no machine.
inline std::shared_ptr<const graph::Topology> DescribedHost(
    const std::string& name) {
  auto facts =
      probes::ParseMachineText(ReadFile("configs/hosts/" + name + ".json"));
  EXPECT_TRUE(facts) << (facts ? "" : facts.error().message);
  return graph::Topology::Build(facts ? *std::move(facts) : probes::FactSet{},
                                1);
}

}  // namespace acceld::testing
