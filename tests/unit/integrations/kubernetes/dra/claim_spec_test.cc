#include "integrations/kubernetes/dra/claim_spec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integrations/cdi/spec.h"
#include "tests/unit/integrations/kubernetes/dra/described_machine.h"

namespace acceld::dra {
namespace {

// Every machine has /dev/null, and it is 1:3.
Machine WithNode(const std::string& path, const std::string& number) {
  return MachineOf(R"({"format": "acceld-machine", "entities": [
      {"key": "accelerator:a", "kind": "accelerator", "attributes": {
        "functions": ["copy"], "address": "0000:3b:00.0",
        "place_numa": "numa:1", "node": ")" +
                   path + R"(", "device_number": ")" + number + R"("}},
      {"key": "accelerator:soft", "kind": "accelerator", "attributes": {
        "functions": ["copy"]}}]})");
}

const ClaimLease kClaim{"0f3c-1",
                        "/org/acceld1/lease/1f0c33d2",
                        "/run/acceld/leases/1f0c33d2",
                        {{"unzip", "accelerator:a"},
                         {"sum", "accelerator:soft"},
                         {"infer", "accelerator:a"}}};

TEST(MakeClaimSpec, EachDevice_IsOneOfTheSpec) {
  const auto spec = MakeClaimSpec(kClaim, WithNode("/dev/null", "1:3"), {});
  ASSERT_TRUE(spec) << spec.error().message;
  const auto text = cdi::PrintSpec(*spec);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(spec->kind, "acceld.org/claim");
  ASSERT_EQ(spec->devices.size(), 2U);
  EXPECT_EQ(spec->devices[0].name, "0f3c-1-0");
  ASSERT_EQ(spec->devices[0].edits.nodes.size(), 1U);
  EXPECT_EQ(spec->devices[0].edits.nodes[0].path, "/dev/null");
  EXPECT_EQ(spec->devices[0].edits.nodes[0].minor, 3);
  EXPECT_EQ(spec->devices[0].edits.env,
            (std::vector<std::pair<std::string, std::string>>{
                {"ACCELD_DEVICE_0", "accelerator:a"},
                {"ACCELD_STAGES_0", "unzip,infer"},
                {"ACCELD_PCI_0", "0000:3b:00.0"},
                {"ACCELD_NUMA_0", "1"}}));
  EXPECT_TRUE(spec->devices[1].edits.nodes.empty());
  EXPECT_EQ(spec->edits.env.front().second, "/org/acceld1/lease/1f0c33d2");
}

TEST(MakeClaimSpec, TheSocketOfTheLease_IsMounted) {
  const auto spec = MakeClaimSpec(kClaim, WithNode("/dev/null", "1:3"), {});
  ASSERT_TRUE(spec) << spec.error().message;
  ASSERT_EQ(spec->edits.mounts.size(), 1U);
  EXPECT_EQ(spec->edits.mounts[0].host_path, kClaim.socket);
  EXPECT_EQ(spec->edits.env.back().first, "ACCELD_LEASE_SOCKET");
  ClaimLease without = kClaim;
  without.socket.clear();
  const auto bare = MakeClaimSpec(without, WithNode("/dev/null", "1:3"), {});
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->edits.mounts.empty());
}

TEST(MakeClaimSpec, AnotherDeviceAtThePath_IsNotGiven) {
  const auto spec = MakeClaimSpec(kClaim, WithNode("/dev/null", "1:5"), {});
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::kDeviceGone);
}

TEST(MakeClaimSpec, ANodeThatIsNotThere_IsAFault) {
  const auto spec =
      MakeClaimSpec(kClaim, WithNode("/dev/no/such/node", "1:3"), {});
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::kNotFound);
}

TEST(MakeClaimSpec, ADeviceThatLeft_IsGone) {
  const ClaimLease claim{"u", "l", "", {{"s", "accelerator:left"}}};
  const auto spec = MakeClaimSpec(claim, WithNode("/dev/null", "1:3"), {});
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::kDeviceGone);
}

TEST(MakeClaimSpec, StandIns_HaveNoNodes) {
  const auto spec = MakeClaimSpec(kClaim, WithNode("/dev/no/such", "1:3"),
                                  {.root = {}, .stand_in = true});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_TRUE(spec->devices[0].edits.nodes.empty());
}

TEST(CdiName, NamesTheClaimAndTheDevice) {
  EXPECT_EQ(CdiName("0f3c-1", 1), "acceld.org/claim=0f3c-1-1");
  EXPECT_EQ(SpecFileName("0f3c-1"), "acceld.org-claim_0f3c-1.json");
}

}  // namespace
}  // namespace acceld::dra
