// gres.conf of described hosts, and of machines made for one rule each.
#include "integrations/slurm/gres_conf.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "tests/support/golden.h"
#include "tests/support/read_file.h"
#include "tests/unit/integrations/slurm/gres_rules.h"

namespace acceld::slurm {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::ReadFile;
using testing::CheckedGresLines;

std::string Conf(const Document& machine, const std::string& hosts = "") {
  const auto text = GresConf(machine, hosts);
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  return text.value_or("");
}

class DescribedHostTest : public ::testing::TestWithParam<std::string> {};

TEST_P(DescribedHostTest, Host_Exported_IsAsWrittenDown) {
  const auto machine =
      ParseJson(ReadFile("configs/hosts/" + GetParam() + ".json"));
  ASSERT_TRUE(machine);
  const std::string text = Conf(*machine, "node[1-4]");
  EXPECT_FALSE(CheckedGresLines(text).empty());
  ExpectGolden(text, "slurm/" + GetParam() + ".conf");
}

INSTANTIATE_TEST_SUITE_P(Each, DescribedHostTest,
                         ::testing::Values("dgx-1v", "dsa-gpu-2s",
                                           "nvswitch-8gpu"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           for (char& letter : name) {
                             if (letter == '-') letter = '_';
                           }
                           return name;
                         });

// A machine of `entities`, the members of the array as JSON.
Document MachineOf(std::string_view entities, std::string_view links = "",
                   std::string_view relations = "") {
  auto machine = ParseJson(
      R"({"format": "acceld-machine", "version": 1, "entities": [)" +
      std::string(entities) + R"(], "links": [)" + std::string(links) +
      R"(], "relations": [)" + std::string(relations) + "]}");
  EXPECT_TRUE(machine) << (machine ? "" : machine.error().message);
  return machine.value_or(Document());
}

std::string Gpu(const std::string& key, const std::string& more = "") {
  return R"({"key": "accelerator:)" + key +
         R"(", "kind": "accelerator", "attributes": {"framework": "drm",
            "functions": ["compute/gpu"], "grant": "fd", "node": "/dev/dri/)" +
         key + "\"" + more + "}}";
}

std::string Node(int number, const std::string& cores,
                 const std::string& more = "") {
  const std::string text = std::to_string(number);
  return R"({"key": "numa:)" + text + R"(", "kind": "numa", "attributes": {)" +
         (cores.empty() ? R"("os_index": 0)"
                        : R"("logical_cores": ")" + cores + "\"") +
         more + "}}";
}

TEST(GresConfTest, ValuesWithProvenance_AreReadAsPlainOnes) {
  const auto lines = CheckedGresLines(Conf(MachineOf(
      R"({"key": "accelerator:a", "kind": "accelerator", "attributes": {
            "functions": {"value": ["compute/npu"], "evidence": "computed"},
            "grant": {"value": "fd"}, "model": {"value": "NPU 4000"},
            "node": {"value": "/dev/accel/accel0"}}})")));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("name"), "npu");
  EXPECT_EQ(lines[0].at("type"), "npu_4000");
  EXPECT_EQ(lines[0].at("file"), "/dev/accel/accel0");
}

TEST(GresConfTest, DeviceWithoutModelOrIds_IsOfTheTypeThatItIsCalled) {
  const auto nic = [](const std::string& key, const std::string& more) {
    return R"({"key": "nic:)" + key + R"(", "kind": "nic", "attributes": {
        "framework": "infiniband", "functions": ["net/rdma"], "grant": "fd",
        "node": "/dev/infiniband/)" +
           key + "\"" + more + "}}";
  };
  const auto lines = CheckedGresLines(Conf(MachineOf(
      nic("mlx5_0", R"(, "name": "ConnectX-7 0")") + "," +
      nic("mlx5_1", R"(, "name": "Quadro 6000")") + "," +
      nic("mlx5_2", R"(, "driver": "mlx5_core")") + "," + nic("mlx5_3", ""))));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].at("type"), "connectx-7");
  EXPECT_EQ(lines[1].at("type"), "quadro_6000");
  EXPECT_EQ(lines[2].at("type"), "mlx5_core");
  EXPECT_EQ(lines[3].at("type"), "infiniband");
}

TEST(GresConfTest, CoresOfTheWholeMachine_AreNotNamed) {
  const std::string gpu = Gpu("renderD128", R"(, "numa_node": 0)");
  const auto one =
      CheckedGresLines(Conf(MachineOf(gpu + "," + Node(0, "0-7"))));
  EXPECT_FALSE(one[0].contains("cores"));
  const auto two = CheckedGresLines(
      Conf(MachineOf(gpu + "," + Node(0, "0-7") + "," + Node(1, "8-15"))));
  EXPECT_EQ(two[0].at("cores"), "0-7");
}

// A coherent GPU's firmware names its own memory's node.
TEST(GresConfTest, NodeWithoutCores_StandsForTheNearestThatHasSome) {
  const auto lines = CheckedGresLines(Conf(MachineOf(
      Gpu("renderD128", R"(, "numa_node": 4)") + "," + Node(0, "0-7") + "," +
      Node(1, "8-15") + "," +
      Node(4, "",
           R"(, "distances": ["numa:0=80", "numa:1=40", "numa:4=10"])"))));
  EXPECT_EQ(lines[0].at("cores"), "8-15");
}

TEST(GresConfTest, PairsOfLinks_CountByTheSlowest) {
  const auto lines = CheckedGresLines(Conf(MachineOf(
      Gpu("a") + "," + Gpu("b") + "," + Gpu("c"),
      R"({"from": "accelerator:a", "to": "accelerator:b", "kind": "fabric",
          "bandwidth": "25GB/s"},
         {"from": "accelerator:c", "to": "accelerator:b", "kind": "fabric",
          "bandwidth": {"value": "50GB/s"}})")));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("links"), "-1,1,0");
  EXPECT_EQ(lines[1].at("links"), "1,-1,2");
  EXPECT_EQ(lines[2].at("links"), "0,2,-1");
}

TEST(GresConfTest, MembersOfAHub_AreJoinedByItsLinks) {
  const auto lines = CheckedGresLines(Conf(MachineOf(
      Gpu("a") + "," + Gpu("b") +
      R"(,{"key": "fabric-hub:x", "kind": "fabric-hub", "attributes": {
           "members": ["accelerator:a", "accelerator:b"], "pair_links": 3}})")));
  EXPECT_EQ(lines[0].at("links"), "-1,3");
}

TEST(GresConfTest, NoFabric_NoLinks) {
  const auto lines =
      CheckedGresLines(Conf(MachineOf(Gpu("a") + "," + Gpu("b"))));
  EXPECT_FALSE(lines[0].contains("links"));
}

TEST(GresConfTest, TwoFrameworksOfOneFunction_CountOnce) {
  const std::string kfd =
      R"({"key": "accelerator:kfd-1", "kind": "accelerator", "attributes": {
          "framework": "amdkfd", "functions": ["compute/gpu"],
          "grant": "ticket", "node": "/dev/kfd"}})";
  const std::string of =
      R"({"from": "accelerator:a", "to": "pci:1", "kind": "accelerator-of"},
         {"from": "accelerator:kfd-1", "to": "pci:1",
          "kind": "accelerator-of"})";
  const auto lines = CheckedGresLines(Conf(MachineOf(
      Gpu("a") + "," + kfd + R"(,{"key": "pci:1", "kind": "pci"})", "", of)));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("file"), "/dev/dri/a");
}

TEST(GresConfTest, GpuThatIsOpenedByTicket_IsCountedAsAccel) {
  const auto lines = CheckedGresLines(
      Conf(MachineOf(Gpu("a") + R"(,{"key": "accelerator:kfd-1",
          "kind": "accelerator", "attributes": {"framework": "kfd",
          "functions": ["compute/gpu"], "grant": "ticket",
          "node": "/dev/kfd"}})")));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("name"), "accel");
  EXPECT_EQ(lines[0].at("flags"), "CountOnly");
  EXPECT_EQ(lines[1].at("name"), "gpu");
}

TEST(GresConfTest, InstancesOfAGpu_HaveAllTheirNodes) {
  const auto lines = CheckedGresLines(Conf(
      MachineOf(Gpu("nvidia0") + R"(,{"key": "engine:gi1", "kind": "engine",
          "attributes": {"capability_nodes": ["/dev/nvidia-caps/nvidia-cap21"]}},
          {"key": "engine:gi2", "kind": "engine",
          "attributes": {"instances": 0}})",
                "", R"({"from": "engine:gi1", "to": "accelerator:nvidia0",
              "kind": "engine-of"},
             {"from": "engine:gi2", "to": "accelerator:nvidia0",
              "kind": "engine-of"})")));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("multiplefiles"),
            "/dev/dri/nvidia0,/dev/nvidia-caps/nvidia-cap21");
}

TEST(GresConfTest, DevicesOfNoFileAmongThem_AreAllCounted) {
  const auto lines = CheckedGresLines(Conf(MachineOf(
      R"({"key": "accelerator:a", "kind": "accelerator", "attributes": {
            "functions": ["compute/npu"], "grant": "fd", "framework": "accel",
            "node": "/dev/accel/accel0"}},
         {"key": "accelerator:b", "kind": "accelerator", "attributes": {
            "functions": ["compute/npu"], "grant": "fd", "framework": "accel",
            "node": "/dev/accel/[0-9]"}})")));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("count"), "2");
}

TEST(GresConfTest, WhatIsNotHandedOut_IsLeftOut) {
  const std::string text = Conf(MachineOf(
      R"({"key": "storage:a", "kind": "storage", "attributes": {
            "functions": ["storage/nvme"], "grant": "none"}},
         {"key": "nic:b", "kind": "nic", "attributes": {"grant": "fd"}},
         {"key": "accelerator:c", "kind": "accelerator", "attributes": {
            "functions": ["copy"], "grant": "fd", "instances": 0}})"));
  EXPECT_TRUE(CheckedGresLines(text).empty());
  EXPECT_NE(text.find("nothing"), std::string::npos);
}

TEST(GresConfTest, MoreFilesThanSlurmTakes_IsAFault) {
  std::string entities;
  for (int i = 0; i <= kMostFiles; ++i) {
    entities += (i == 0 ? "" : ",") + Gpu("renderD" + std::to_string(i));
  }
  const auto text = GresConf(MachineOf(entities), "");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kUnsupported);
}

TEST(GresConfTest, HostsThatAreNone_AreRefused) {
  for (const char* hosts : {"a b", "a\nName=x", "a#", "$(x)"}) {
    const auto text = GresConf(MachineOf(""), hosts);
    ASSERT_FALSE(text) << hosts;
    EXPECT_EQ(text.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(GresConfTest, WhatIsNoMachine_IsRefused) {
  for (const char* text :
       {"null", "[]", "{}", R"({"format": "acceld-machine", "version": 2})",
        R"({"format": "acceld-machine", "version": 1, "entities": 7})",
        R"({"format": "acceld-machine", "version": 1, "entities": [],
            "links": {}})"}) {
    const auto document = ParseJson(text);
    ASSERT_TRUE(document);
    const auto conf = GresConf(*document, "");
    ASSERT_FALSE(conf) << text;
    EXPECT_EQ(conf.error().code, ErrorCode::kCorruptInput);
  }
}

// Entities of any shape are passed over or read, never believed.
TEST(GresConfTest, OddEntities_AreNoCrash) {
  const std::string text = Conf(MachineOf(
      R"(1, null, {"key": 3}, {"key": "numa:x", "kind": "numa"},
         {"key": "numa:99999999999999999999", "kind": "numa"},
         {"key": "accelerator:a", "kind": "accelerator", "attributes": []},
         {"key": "accelerator:b", "kind": "accelerator", "attributes": {
            "functions": [7, "copy"], "grant": "fd", "numa_node": "x",
            "model": "\u001b[31m\n#=,: ", "node": 4}})",
      R"(5, {"kind": "fabric", "from": [], "bandwidth": "-1"})",
      R"({}, {"from": "accelerator:b", "to": "pci:none",
          "kind": "accelerator-of"})"));
  const auto lines = CheckedGresLines(text);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("type"), "31m");
}

}  // namespace
}  // namespace acceld::slurm
