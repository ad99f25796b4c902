#include "placement/candidates.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/bench_machine.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::MachineFacts;
using acceld::testing::RequestOf;

constexpr char kCopy[] = R"({"stages": [{"name": "s", "function": "copy"}]})";

struct Case {
  MachineFacts machine = BenchMachine();
  std::string request = kCopy;
  Occupancy occupancy;
  policy::Subject subject;
  std::optional<std::string> refusal;
  std::optional<std::string> sva_refusal;  // of accelerator:a

  [[nodiscard]] CandidateSet Find(const graph::Topology& topology) const {
    return FindCandidates(
        RequestOf(request), topology, occupancy, *policy::Policy::Default(),
        subject, [&](const graph::Vertex&) { return refusal; },
        [&](const graph::Vertex& device) {
          return device.key == "accelerator:a" ? sva_refusal : std::nullopt;
        });
  }
  // Why accelerator:a is rejected; nothing where it is a candidate.
  [[nodiscard]] std::optional<Rejection> OfA() const {
    const auto topology = machine.Build();
    const CandidateSet found = Find(*topology);
    for (const Rejection& rejection : found.stages.front().rejections) {
      if (topology->vertex(rejection.device).key == "accelerator:a") {
        return rejection;
      }
    }
    return std::nullopt;
  }
  // Fails the test where it is a candidate.
  [[nodiscard]] RejectionReason Reason() const {
    const auto rejection = OfA();
    EXPECT_TRUE(rejection);
    return rejection ? rejection->reason : RejectionReason::kQuarantine;
  }
};

std::string WithMembers(const std::string& members) {
  return R"({"stages": [{"name": "s", "function": "copy")" + members + "}]}";
}

TEST(FindCandidates, SelectorOfAKey_ChoosesThatDeviceAlone) {
  Case c;
  c.request = WithMembers(
      R"(, "select": [{"attribute": "key", "equals": "accelerator:a"}])");
  EXPECT_FALSE(c.OfA());
  const auto topology = c.machine.Build();
  EXPECT_EQ(c.Find(*topology).stages.front().devices.size(), 1U);
  c.request = WithMembers(
      R"(, "select": [{"attribute": "key", "equals": "accelerator:b"}])");
  EXPECT_EQ(c.Reason(), RejectionReason::kSelector);
}

TEST(FindCandidates, GoodDevice_IsCandidate) { EXPECT_FALSE(Case().OfA()); }

TEST(FindCandidates, OtherFunction_IsRejected) {
  Case one;
  one.request = R"({"stages": [{"name": "s", "function": "fill"}]})";
  EXPECT_EQ(one.Reason(), RejectionReason::kFunction);
}

TEST(FindCandidates, DeviceNotAllowed_IsRejectedByPolicyAlone) {
  Case one;
  one.subject.uid = 1000;
  EXPECT_EQ(one.Reason(), RejectionReason::kPolicy);
  // What it offers must not show either.
  one.request = R"({"stages": [{"name": "s", "function": "fill"}]})";
  EXPECT_EQ(one.Reason(), RejectionReason::kPolicy);
}

TEST(FindCandidates, Selector_SeesTheFunctionBelow) {
  Case one;
  one.request =
      WithMembers(R"(, "select": [{"attribute": "iommu_group", "equals": 1}])");
  EXPECT_FALSE(one.OfA());
  one.request =
      WithMembers(R"(, "select": [{"attribute": "iommu_group", "equals": 2}])");
  EXPECT_EQ(one.Reason(), RejectionReason::kSelector);
}

// The socket that it hangs on, by its node or by its place.
TEST(FindCandidates, Selector_SeesThePackage) {
  Case one;
  one.machine.Attribute("package:0", attr::kOsIndex, std::int64_t{0})
      .Attribute("package:1", attr::kOsIndex, std::int64_t{1});
  one.request =
      WithMembers(R"(, "select": [{"attribute": "package", "equals": 0}])");
  EXPECT_FALSE(one.OfA());
  one.request =
      WithMembers(R"(, "select": [{"attribute": "package", "equals": 1}])");
  EXPECT_EQ(one.Reason(), RejectionReason::kSelector);
}

TEST(FindCandidates, PackageWithoutANumber_IsNotKnown) {
  Case one;
  one.request =
      WithMembers(R"(, "select": [{"attribute": "package", "exists": true}])");
  EXPECT_EQ(one.Reason(), RejectionReason::kSelector);
}

TEST(FindCandidates, FailedFunctionBelow_IsRejected) {
  Case one;
  one.machine.Attribute("pci:a", attr::kHealth, std::string("failed"));
  EXPECT_EQ(one.Reason(), RejectionReason::kHealth);
}

TEST(FindCandidates, HeldExclusively_IsRejected) {
  Case one;
  one.occupancy.devices["accelerator:a"].exclusive = 1;
  EXPECT_EQ(one.Reason(), RejectionReason::kSharing);
}

TEST(FindCandidates, ExclusiveWantedOfDeviceInUse_IsRejected) {
  Case one;
  one.occupancy.devices["accelerator:a"].instances = 1;
  EXPECT_FALSE(one.OfA());
  one.request = WithMembers(R"(, "sharing": "exclusive")");
  EXPECT_EQ(one.Reason(), RejectionReason::kSharing);
}

TEST(FindCandidates, AllInstancesInUse_SaysHowMany) {
  Case one;
  one.occupancy.devices["accelerator:a"].instances = 16;
  const auto rejection = one.OfA();
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->reason, RejectionReason::kCapacity);
  EXPECT_EQ(rejection->text, "instances: 16 of 16 in use");
}

TEST(FindCandidates, InstancesTakenByOthers_AreCounted) {
  Case one;
  one.machine.Attribute("accelerator:a", attr::kInstancesFree, std::int64_t{0});
  EXPECT_EQ(one.Reason(), RejectionReason::kCapacity);
}

TEST(FindCandidates, DeviceThatIsNeverOffered_SaysWhy) {
  Case one;
  one.machine.Attribute("accelerator:a", attr::kInstances, std::int64_t{0},
                        Evidence::kMeasured);
  one.machine.Attribute("accelerator:a", "not_offered",
                        std::string("the kernel holds its group"));
  const auto rejection = one.OfA();
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->reason, RejectionReason::kCapacity);
  EXPECT_EQ(rejection->text, "instances: none: the kernel holds its group");
}

TEST(FindCandidates, DeviceMemory_MustBeFree) {
  Case one;
  one.request = WithMembers(R"(, "memory": "600B")");
  EXPECT_EQ(one.Reason(), RejectionReason::kMemory);  // not known
  one.machine.Attribute("accelerator:a", attr::kMemory, Bytes(1000));
  EXPECT_FALSE(one.OfA());
  one.occupancy.devices["accelerator:a"].memory = Bytes(500);
  EXPECT_EQ(one.Reason(), RejectionReason::kMemory);
}

TEST(FindCandidates, PasidWidth_BoundsLiveAddressSpaces) {
  Case one;
  one.machine.Attribute("pci:a", attr::kPasidWidth, std::int64_t{3});
  one.occupancy.live_pasids = 5;  // 2^3 - 2 = 6 in all
  EXPECT_FALSE(one.OfA());
  one.occupancy.live_pasids = 6;
  EXPECT_EQ(one.Reason(), RejectionReason::kPasid);
}

TEST(FindCandidates, PasidWidthOfDeviceThatBindsNone_DoesNotMatter) {
  Case one;
  one.machine.Attribute("pci:a", attr::kPasidWidth, std::int64_t{3});
  one.machine.Attribute("accelerator:a", attr::kFramework, std::string("drm"),
                        Evidence::kMeasured);
  one.occupancy.live_pasids = 6;
  EXPECT_FALSE(one.OfA());
  one.request = WithMembers(R"(, "sva": "required")");
  EXPECT_EQ(one.Reason(), RejectionReason::kPasid);
}

TEST(FindCandidates, SvaRequiredAndKnownNotToWork_IsRejected) {
  Case one;
  one.request = WithMembers(R"(, "sva": "required")");
  EXPECT_FALSE(one.OfA());
  one.machine.Attribute("accelerator:a", attr::kSva, std::string("no"));
  EXPECT_EQ(one.Reason(), RejectionReason::kSva);
}

TEST(FindCandidates, PathWanted_NeedsANode) {
  Case one;
  one.request = WithMembers(R"(, "grant": "path")");
  EXPECT_EQ(one.Reason(), RejectionReason::kGrant);
  one.machine.Attribute("accelerator:a", attr::kNodePath,
                        std::string("/dev/a"));
  EXPECT_FALSE(one.OfA());
}

TEST(FindCandidates, PathWantedOfVfio_IsRejected) {
  Case one;
  one.request = WithMembers(R"(, "grant": "path")");
  one.machine.Attribute("accelerator:a", attr::kNodePath,
                        std::string("/dev/vfio/7"));
  for (auto& fact : one.machine.facts().attributes) {
    if (fact.attribute.name == attr::kFramework) {
      fact.attribute.value = std::string("vfio");
    }
  }
  EXPECT_EQ(one.Reason(), RejectionReason::kGrant);
}

TEST(FindCandidates, SvaRequiredAndRefusedByReport_IsRejectedWithTheReason) {
  Case one;
  one.request = WithMembers(R"(, "sva": "required")");
  one.sva_refusal = "EOPNOTSUPP";
  EXPECT_EQ(one.Reason(), RejectionReason::kSva);
  EXPECT_NE(one.OfA()->text.find("EOPNOTSUPP"), std::string::npos);
  one.request = kCopy;
  EXPECT_FALSE(one.OfA());
}

TEST(FindCandidates, SvaPreferred_AvoidsWhatCannotAndRejectsNothing) {
  Case one;
  one.request = WithMembers(R"(, "sva": "preferred")");
  one.sva_refusal = "EOPNOTSUPP";
  one.machine.Attribute("accelerator:c", attr::kSva, std::string("no"));
  const auto topology = one.machine.Build();
  const StageCandidates found = one.Find(*topology).stages.front();
  EXPECT_EQ(found.devices.size(), 3U);
  std::string avoided;
  for (const graph::VertexId device : found.avoided) {
    avoided.append(topology->vertex(device).key).append(" ");
  }
  EXPECT_EQ(avoided, "accelerator:a accelerator:c ");
  one.request = kCopy;
  EXPECT_TRUE(one.Find(*topology).stages.front().avoided.empty());
}

TEST(FindCandidates, PasidOfTheProcess_IsNotTakenTwice) {
  Case one;
  one.machine.Attribute("accelerator:a", attr::kPasidWidth, std::int64_t{2});
  one.occupancy.live_pasids = 2;
  const auto topology = one.machine.Build();
  Request request = RequestOf(one.request);
  const auto reasons = [&] {
    return FindCandidates(request, *topology, one.occupancy,
                          *policy::Policy::Default(), one.subject,
                          [](const graph::Vertex&) { return std::nullopt; })
        .stages.front()
        .rejections.size();
  };
  EXPECT_EQ(reasons(), 1U);
  request.client.has_pasid = true;
  EXPECT_EQ(reasons(), 0U);
  request.client.processes = 2;  // others than the one that has it
  EXPECT_EQ(reasons(), 1U);
}

TEST(FindCandidates, NotGrantable_IsRejected) {
  Case one;
  one.refusal = "no binder";
  EXPECT_EQ(one.Reason(), RejectionReason::kGrant);
}

TEST(FindCandidates, OnlyReserved_NeedsNobodyWhoHandsItOut) {
  Case one;
  one.refusal = "no binder";
  one.request = WithMembers(R"(, "grant": "none")");
  EXPECT_FALSE(one.OfA());
  one.machine.Attribute("accelerator:a", attr::kFramework, std::string("vfio"),
                        Evidence::kMeasured);
  EXPECT_EQ(one.Reason(), RejectionReason::kGrant);
}

TEST(FindCandidates, Quarantined_IsRejected) {
  Case one;
  one.occupancy.devices["accelerator:a"].quarantined = 1;
  EXPECT_EQ(one.Reason(), RejectionReason::kQuarantine);
}

TEST(FindCandidates, AcceleratorWithEngines_GivesItsEngines) {
  MachineFacts machine = BenchMachine();
  machine.Relation("engine:a.0", "accelerator:a", RelationKind::kEngineOf)
      .Relation("engine:a.1", "accelerator:a", RelationKind::kEngineOf);
  const acceld::testing::Planning plan(RequestOf(kCopy), machine.Build());
  std::string keys;
  for (const graph::VertexId device : plan.candidates.stages[0].devices) {
    keys.append(plan.Key(device)).append(" ");
  }
  EXPECT_EQ(keys, "accelerator:b accelerator:c engine:a.0 engine:a.1 ");
}

}  // namespace
}  // namespace acceld::placement
