#include "probes/uacce_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr const char* kZip = "accelerator:hisi_zip-0";

class UacceProbeTest : public ::testing::Test {
 protected:
  UacceProbeTest() {
    const std::string path =
        machine_.AddFunction("0000:75:00.0", 0x19e5, 0xa250, "hisi_zip");
    device_ = machine_.pci.AddClassDevice(path, "uacce", "hisi_zip-0", "508:0");
    Write("api", "hisi_qm_v2\n");
    Write("flags", "1\n");
    Write("available_instances", "256\n");
    Write("algorithms", "zlib\ngzip\ndeflate\nlz77_zstd\n");
    Write("region_mmio_size", "65536\n");
    Write("isolate", "0\n");
  }

  void Write(const std::string& file, std::string_view text) {
    machine_.tree.AddFile(device_ + "/" + file, text);
  }

  FrameworkTree machine_;
  std::string device_;
};

TEST_F(UacceProbeTest, Zip_IsAnAcceleratorOnItsFunction) {
  const FactSet facts = machine_.Run();
  EXPECT_TRUE(HasEntity(facts, kZip, VertexKind::kAccelerator));
  EXPECT_EQ(TextOf(facts, kZip, "framework"), "uacce");
  EXPECT_EQ(TextOf(facts, kZip, "driver"), "hisi_zip");
  EXPECT_EQ(TextOf(facts, kZip, "node"), "/dev/hisi_zip-0");
  EXPECT_EQ(TextOf(facts, kZip, "device_number"), "508:0");
  EXPECT_EQ(TextOf(facts, kZip, "api"), "hisi_qm_v2");
  EXPECT_EQ(TextOf(facts, kZip, "flags"), "1");
  EXPECT_EQ(TextOf(facts, kZip, "algorithms"), "zlib,gzip,deflate,lz77_zstd");
  EXPECT_EQ(TextOf(facts, kZip, "functions"),
            "compress/deflate,compress/gzip,compress/zlib,compress/zstd,"
            "decompress/deflate,decompress/gzip,decompress/zlib");
  EXPECT_EQ(TextOf(facts, kZip, "grant"), "ticket");
  EXPECT_EQ(TextOf(facts, kZip, "sharing_class"), "multi-app");
  EXPECT_EQ(TextOf(facts, kZip, "instances_free"), "256");
  EXPECT_EQ(TextOf(facts, kZip, "health"), "ok");
  EXPECT_EQ(TextOf(facts, kZip, "sva"), "possible");
  EXPECT_EQ(TextOf(facts, kZip, "numa_node"), "1");
  EXPECT_NE(FindRelation(facts, kZip, "pci:0000:75:00.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
  EXPECT_NE(FindLink(facts, "pci:0000:75:00.0", kZip), nullptr);
}

TEST_F(UacceProbeTest, IsolatedDevice_HasFailed) {
  Write("isolate", "1\n");
  EXPECT_EQ(TextOf(machine_.Run(), kZip, "health"), "failed");
}

TEST_F(UacceProbeTest, OlderKernelWithoutIsolation_HasNoHealth) {
  machine_.tree.Remove(device_ + "/isolate");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FindAttribute(facts, kZip, "health"), nullptr);
}

TEST_F(UacceProbeTest, WithoutTheSvaFlag_SaysNo) {
  Write("flags", "0\n");
  EXPECT_EQ(TextOf(machine_.Run(), kZip, "sva"), "no");
}

TEST_F(UacceProbeTest, DriverWithoutIommu_SaysNo) {
  Write("api", "hisi_qm_v2_noiommu\n");
  EXPECT_EQ(TextOf(machine_.Run(), kZip, "sva"), "no");
}

TEST_F(UacceProbeTest, AlgorithmsWithoutAWord_AreNoFunctions) {
  Write("algorithms", "sm2\nx25519\nbanana\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kZip, "algorithms"), "sm2,x25519,banana");
  EXPECT_EQ(FindAttribute(facts, kZip, "functions"), nullptr);
}

TEST_F(UacceProbeTest, NumbersThatLie_AreFaults) {
  Write("flags", "banana\n");
  Write("available_instances", "-1\n");
  Write("isolate", "2\n");
  const FactSet facts = machine_.Run();
  for (const char* file : {"flags", "available_instances", "isolate"}) {
    EXPECT_EQ(
        FaultAt(facts, std::string("/sys/class/uacce/hisi_zip-0/") + file),
        ErrorCode::kCorruptInput)
        << file;
  }
  EXPECT_EQ(FindAttribute(facts, kZip, "sva"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kZip, "instances_free"), nullptr);
  EXPECT_EQ(TextOf(facts, kZip, "grant"), "ticket");
}

}  // namespace
}  // namespace acceld::probes
