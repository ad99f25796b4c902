#include "integrations/kubernetes/device_plugin/answer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace acceld::kubernetes {
namespace {

cdi::Spec LeaseOf(const std::string& id, const std::string& node,
                  const std::string& numa) {
  cdi::Edits edits;
  edits.env = {{"ACCELD_LEASE", "/org/acceld1/lease/" + id},
               {"ACCELD_NUMA_NODES", numa}};
  cdi::DeviceNode& device = edits.nodes.emplace_back();
  device.path = node;
  edits.mounts.push_back(
      {"/run/acceld/" + id, "/run/acceld/" + id, "", {"bind", "ro"}});
  cdi::Spec spec;
  spec.kind = "acceld.org/unit";
  spec.devices.push_back({id, edits});
  return spec;
}

TEST(Answer, OfALease_HasItsNodesMountsAndVariables) {
  v1beta1::ContainerAllocateResponse answer;
  const std::array leases{LeaseOf("1", "/dev/dri/renderD128", "0")};
  AddAnswer(leases, AnswerForm::kDevices, answer);
  ASSERT_EQ(answer.devices_size(), 1);
  EXPECT_EQ(answer.devices(0).host_path(), "/dev/dri/renderD128");
  EXPECT_EQ(answer.devices(0).container_path(), "/dev/dri/renderD128");
  EXPECT_EQ(answer.devices(0).permissions(), "rw");
  ASSERT_EQ(answer.mounts_size(), 1);
  EXPECT_TRUE(answer.mounts(0).read_only());
  EXPECT_EQ(answer.envs().at("ACCELD_LEASE"), "/org/acceld1/lease/1");
  EXPECT_EQ(answer.cdi_devices_size(), 0);
}

TEST(Answer, OfSeveralLeases_NamesAllAndRepeatsNothing) {
  v1beta1::ContainerAllocateResponse answer;
  const std::array leases{LeaseOf("1", "/dev/accel/accel0", "0"),
                          LeaseOf("2", "/dev/accel/accel0", "1")};
  AddAnswer(leases, AnswerForm::kDevices, answer);
  EXPECT_EQ(answer.devices_size(), 1);
  EXPECT_EQ(answer.mounts_size(), 2);
  EXPECT_EQ(answer.envs().at("ACCELD_LEASE"), "/org/acceld1/lease/1");
  EXPECT_EQ(answer.envs().at("ACCELD_LEASES"),
            "/org/acceld1/lease/1,/org/acceld1/lease/2");
  EXPECT_EQ(answer.envs().at("ACCELD_NUMA_NODES"), "0,1");
}

TEST(Answer, ForCdi_NamesTheLease) {
  v1beta1::ContainerAllocateResponse answer;
  const std::array leases{LeaseOf("1", "/dev/accel/accel0", "0")};
  AddAnswer(leases, AnswerForm::kCdi, answer);
  ASSERT_EQ(answer.cdi_devices_size(), 1);
  EXPECT_EQ(answer.cdi_devices(0).name(), "acceld.org/unit=1");
  EXPECT_EQ(answer.devices_size(), 0);
  EXPECT_EQ(answer.mounts_size(), 0);
}

}  // namespace
}  // namespace acceld::kubernetes
