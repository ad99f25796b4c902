// What acceld's Describe answers, with places, of a machine of configs/hosts.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "graph/machine_document.h"
#include "graph/named_places.h"
#include "integrations/kubernetes/dra/machine.h"
#include "tests/support/described_host.h"

namespace acceld::dra {

inline std::string DescribedText(const std::string& host) {
  const auto topology = acceld::testing::DescribedHost(host);
  graph::ExportOptions options;
  options.now = [&](const graph::Vertex& vertex) {
    std::vector<Attribute> attributes;
    for (const auto& [name, place] : graph::NamedPlaces(*topology, vertex)) {
      attributes.push_back(
          {std::string(name), topology->vertex(place).key, {}});
    }
    return attributes;
  };
  return PrintJson(graph::MachineDocument(*topology, options));
}

inline Machine MachineOf(const std::string& text) {
  auto machine = Machine::Parse(text);
  EXPECT_TRUE(machine) << (machine ? "" : machine.error().message);
  return machine ? *std::move(machine) : Machine();
}

inline Machine DescribedMachine(const std::string& host) {
  return MachineOf(DescribedText(host));
}

}  // namespace acceld::dra
