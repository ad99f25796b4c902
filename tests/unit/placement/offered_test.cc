// What the probes find and nobody can be given is no candidate for anything,
// on machines whose devices belong to VFIO, QAT, mdev and FPGAs.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "api/functions.h"
#include "placement/candidates.h"
#include "tests/support/planning.h"
#include "tests/unit/probes/fpga_tree.h"
#include "tests/unit/probes/mdev_tree.h"
#include "tests/unit/probes/vfio_tree.h"

namespace acceld::placement {
namespace {

using acceld::testing::FpgaTree;
using acceld::testing::MdevTree;
using acceld::testing::RequestOf;
using acceld::testing::VfioTree;

// All that is offered for any function of the vocabulary, and for `fpga`, to
// a daemon that hands out whatever it is told to.
std::set<std::string> OfferedOf(const probes::FactSet& facts,
                                const std::string& fpga = "fpga/none") {
  const auto topology = graph::Topology::Build(facts, 1);
  std::set<std::string> functions = {fpga};
  for (const api::Function& function : api::Functions()) {
    functions.emplace(function.name);
  }
  std::set<std::string> offered;
  for (const std::string& function : functions) {
    const CandidateSet found =
        FindCandidates(RequestOf(R"({"stages": [{"name": "s", "function": ")" +
                                 function + R"("}]})"),
                       *topology, {}, *policy::Policy::Default(), {},
                       [](const graph::Vertex&) { return std::nullopt; });
    for (const graph::VertexId device : found.stages.front().devices) {
      offered.insert(topology->vertex(device).key);
    }
  }
  return offered;
}

TEST(Offered, OfVfioAndQat_IsWhatAGroupGives) {
  EXPECT_EQ(OfferedOf(VfioTree().Run()),
            (std::set<std::string>{VfioTree::kQat1, VfioTree::kQat2,
                                   VfioTree::kNvme}));
}

TEST(Offered, OfAQatDeviceThatIsDown_IsNothing) {
  VfioTree machine;
  machine.WriteQat("qat/state", "down\n");
  EXPECT_EQ(OfferedOf(machine.Run()), std::set<std::string>{VfioTree::kNvme});
}

TEST(Offered, OfAGroupWithoutAnIommu_IsNothing) {
  VfioTree machine;
  machine.tree.AddFile("sys/kernel/iommu_groups/30/name", "vfio-noiommu\n");
  EXPECT_FALSE(OfferedOf(machine.Run()).contains(VfioTree::kNvme));
}

TEST(Offered, OfAParentOfMediatedDevices_IsWhatItMade) {
  EXPECT_EQ(
      OfferedOf(MdevTree().Run()),
      (std::set<std::string>{"accelerator:renderD128", MdevTree::kEngine}));
}

TEST(Offered, OfFpgas_IsWhatHoldsTheImage) {
  EXPECT_EQ(OfferedOf(FpgaTree().Run()), std::set<std::string>{});
  EXPECT_EQ(
      OfferedOf(FpgaTree().Run(), "fpga/d8424dc4-a4a3-c413-f89e-433683f9040b"),
      std::set<std::string>{FpgaTree::kPort});
  EXPECT_EQ(
      OfferedOf(FpgaTree().Run(), "fpga/4c8f2a10-3a5d-4a0e-9f1b-0a6b7c8d9e0f"),
      std::set<std::string>{FpgaTree::kXrt});
}

}  // namespace
}  // namespace acceld::placement
