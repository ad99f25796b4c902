#include "probes/nvidia_probe.h"

#include <gtest/gtest.h>

#include <string>

#include "graph/topology.h"
#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"
#include "tests/unit/probes/nvidia_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::NvidiaTree;
using acceld::testing::TextOf;

constexpr const char* kGpu0 = "accelerator:nvidia0";
constexpr const char* kGpu1 = "accelerator:nvidia1";
constexpr const char* kHub = "fabric-hub:nvswitch";

TEST(NvidiaProbe, GpuInInstances_IsAsTheGoldenSays) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 3, "NVIDIA A100-SXM4-80GB");
  machine.AddInstances(3);
  ExpectGolden(FactText(machine.Run(), {"accelerator:nvidia3", "engine:"}),
               "probes/nvidia_mig.txt");
}

TEST(NvidiaProbe, GpuInInstances_IsOfferedInTheseOnly) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA A100-SXM4-80GB");
  machine.AddGpu("0000:0a:00.0", 1, "NVIDIA A100-SXM4-80GB");
  machine.AddInstances(1);
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kGpu0, "functions"), "compute/gpu,graphics,video");
  EXPECT_EQ(FindAttribute(facts, kGpu1, "functions"), nullptr);
  EXPECT_EQ(TextOf(facts, "engine:nvidia1-gi1", "functions"), "compute/gpu");
  EXPECT_EQ(TextOf(facts, "engine:nvidia1-gi1", "capability_nodes"),
            "/dev/nvidia-caps/nvidia-cap12,/dev/nvidia-caps/nvidia-cap13,"
            "/dev/nvidia-caps/nvidia-cap14");
  // Nothing can run on one without compute instances.
  EXPECT_EQ(FindAttribute(facts, "engine:nvidia1-gi2", "functions"), nullptr);
  EXPECT_FALSE(HasEntity(facts, "engine:nvidia0-gi1", VertexKind::kEngine));
}

TEST(NvidiaProbe, CoherentMemory_IsTheGpusAndAsTheGoldenSays) {
  NvidiaTree machine;
  machine.AddGpu("0009:01:00.0", 0, "NVIDIA GH200 480GB");
  machine.AddCoherentMemory("0009:01:00.0", 2);
  ExpectGolden(FactText(machine.Run(), {"memory:2", "numa:2"}),
               "probes/nvidia_coherent.txt");
}

TEST(NvidiaProbe, CoherentMemory_IsBehindAFabric_NotASocketLink) {
  NvidiaTree machine;
  machine.AddGpu("0009:01:00.0", 0, "NVIDIA GH200 480GB");
  machine.AddCoherentMemory("0009:01:00.0", 2);
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "memory:2", "memory_kind"), "device");
  for (const char* owner : {"pci:0009:01:00.0", kGpu0}) {
    EXPECT_NE(
        FindRelation(facts, owner, "memory:2", RelationKind::kSharesMemory),
        nullptr);
    const LinkFact* link = FindLink(facts, owner, "memory:2");
    ASSERT_NE(link, nullptr);
    EXPECT_EQ(link->kind, LinkKind::kOnDie);
  }
  EXPECT_EQ(FindLink(facts, "numa:1", "numa:2")->kind, LinkKind::kFabric);
  EXPECT_EQ(FindLink(facts, "numa:1", "memory:2")->kind, LinkKind::kFabric);
  EXPECT_EQ(FindLink(facts, "numa:0", "numa:1")->kind, LinkKind::kSocketLink);
  // As the function has it: not a "no" of the driver.
  EXPECT_EQ(TextOf(facts, kGpu0, "sva"),
            TextOf(facts, "pci:0009:01:00.0", "sva"));
  EXPECT_EQ(TextOf(facts, kGpu0, "memory"),
            TextOf(facts, "memory:2", "capacity"));
}

TEST(NvidiaProbe, GpuWithoutItsNode_StillOwnsItsMemory) {
  NvidiaTree machine;
  machine.AddFunction("0004:05:00.0", 0x10de, 0x1db1, "nvidia");
  machine.AddCoherentMemory("0004:05:00.0", 2);
  const FactSet facts = machine.Run();
  EXPECT_NE(FindLink(facts, "pci:0004:05:00.0", "memory:2"), nullptr);
  EXPECT_FALSE(HasEntity(facts, kGpu0, VertexKind::kAccelerator));
}

TEST(NvidiaProbe, ExcludedGpu_HasFailed) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA A100-SXM4-80GB", "Yes");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kGpu0, "health"), "failed");
  EXPECT_NE(TextOf(facts, kGpu0, "health_reason"), "");
}

TEST(NvidiaProbe, SecondGpuOfOneMinor_IsAFaultAndNotTheFirst) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA A100-SXM4-80GB");
  machine.AddGpu("0000:0a:00.0", 0, "NVIDIA H100 80GB HBM3");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/proc/driver/nvidia/gpus/0000:0a:00.0/information"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kGpu0, "model"), "NVIDIA A100-SXM4-80GB");
  EXPECT_EQ(FindRelation(facts, kGpu0, "pci:0000:0a:00.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
  EXPECT_TRUE(graph::Topology::Build(facts, 1)->Find(kGpu0));
}

TEST(NvidiaProbe, WhatTheDriverDoesNotKnowYet_IsLeftOut) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "Unknown");
  // Written in this way, for "??-" is a trigraph.
  const std::string unknown(4, '?');
  machine.tree.AddFile("proc/driver/nvidia/gpus/0000:07:00.0/information",
                       "Model: \t\t Unknown\nGPU UUID: \t GPU-" + unknown +
                           "-" + unknown + "\nVideo BIOS: \t " + unknown +
                           "\nDevice Minor: \t 0\nGPU Firmware: \t N/A\n");
  const FactSet facts = machine.Run();
  EXPECT_TRUE(HasEntity(facts, kGpu0, VertexKind::kAccelerator));
  for (const char* name : {"uuid", "vbios_version", "firmware_version"}) {
    EXPECT_EQ(FindAttribute(facts, kGpu0, name), nullptr) << name;
  }
}

TEST(NvidiaProbe, SwitchesAndGpusOfOneModel_AreAHubByAssumption) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA H100 80GB HBM3");
  machine.AddGpu("0000:0a:00.0", 1, "NVIDIA H100 80GB HBM3");
  machine.AddGpu("0000:0b:00.0", 2, "NVIDIA T4", "Yes");
  machine.AddSwitch("0000:85:00.0");
  machine.AddSwitch("0000:86:00.0");
  const FactSet facts = machine.Run();
  EXPECT_TRUE(HasEntity(facts, kHub, VertexKind::kFabricHub));
  EXPECT_EQ(TextOf(facts, kHub, "switches"), "0000:85:00.0,0000:86:00.0");
  EXPECT_EQ(TextOf(facts, kHub, "members"), std::string(kGpu0) + "," + kGpu1);
  EXPECT_EQ(FindAttribute(facts, kHub, "members")->from.evidence,
            Evidence::kAssumed);
  ASSERT_NE(FindLink(facts, kGpu0, kHub), nullptr);
  EXPECT_EQ(FindLink(facts, "accelerator:nvidia2", kHub), nullptr);
  const auto topology = graph::Topology::Build(facts, 1);
  const auto distance =
      topology->DistanceBetween(*topology->Find(kGpu0), *topology->Find(kGpu1));
  EXPECT_EQ(distance->evidence, Evidence::kAssumed);
}

TEST(NvidiaProbe, SwitchesAndGpusOfSeveralModels_SayNothingOfLinks) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA H100 80GB HBM3");
  machine.AddGpu("0000:0a:00.0", 1, "NVIDIA T4");
  machine.AddSwitch("0000:85:00.0");
  const FactSet facts = machine.Run();
  EXPECT_TRUE(HasEntity(facts, kHub, VertexKind::kFabricHub));
  EXPECT_EQ(FindLink(facts, kGpu0, kHub), nullptr);
  EXPECT_EQ(FindAttribute(facts, kHub, "members"), nullptr);
}

TEST(NvidiaProbe, BridgeOfAnotherDriver_IsNoSwitch) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA H100 80GB HBM3");
  machine.AddSwitch("0000:85:00.0", "vfio-pci");
  EXPECT_FALSE(HasEntity(machine.Run(), kHub, VertexKind::kFabricHub));
}

TEST(NvidiaProbe, FilesThatLie_AreFaults_AndTheRestStands) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA T4");
  machine.AddGpu("0000:0a:00.0", 1, "NVIDIA T4");
  const std::string gpus = "proc/driver/nvidia/gpus/";
  machine.tree.AddFile(gpus + "0000:0a:00.0/information",
                       "Device Minor: \t 255\n");
  machine.tree.AddFile(gpus + "0000:07:00.0/numa_status", "Node: x\n");
  machine.tree.AddFile(gpus + "banana/information", "Device Minor: 3\n");
  machine.tree.AddFile("proc/driver/nvidia-caps/mig-minors",
                       "gpu0/gi1/access banana\nnonsense\n"
                       "gpu0/gi2/access 99999999999\n");
  const std::string mig = "proc/driver/nvidia/capabilities/gpu0/mig/";
  for (const char* name :
       {"gi1/ci0", "gi2", "gi01", "gi-1", "gi999", "giant"}) {
    machine.tree.AddDirectory(mig + name);
  }
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/" + gpus + "0000:0a:00.0/information"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/" + gpus + "0000:07:00.0/numa_status"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/" + gpus + "banana"), ErrorCode::kCorruptInput);
  EXPECT_TRUE(HasEntity(facts, "engine:nvidia0-gi1", VertexKind::kEngine));
  EXPECT_TRUE(HasEntity(facts, "engine:nvidia0-gi2", VertexKind::kEngine));
  EXPECT_EQ(FindAttribute(facts, "engine:nvidia0-gi1", "capability_nodes"),
            nullptr);
  EXPECT_FALSE(HasEntity(facts, "engine:nvidia0-gi999", VertexKind::kEngine));
  EXPECT_FALSE(HasEntity(facts, kGpu1, VertexKind::kAccelerator));
}

TEST(NvidiaProbe, NodeWithCpus_IsNoGpusMemory) {
  NvidiaTree machine;
  machine.AddGpu("0000:07:00.0", 0, "NVIDIA T4");
  machine.tree.AddFile("proc/driver/nvidia/gpus/0000:07:00.0/numa_status",
                       "Node:      1\nStatus:    online\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "memory:1", "memory_kind"), "ddr");
  EXPECT_EQ(FindRelation(facts, kGpu0, "memory:1", RelationKind::kSharesMemory),
            nullptr);
}

}  // namespace
}  // namespace acceld::probes
