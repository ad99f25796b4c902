#include "probes/qat_probe.h"

#include <gtest/gtest.h>

#include "api/functions.h"
#include "probes/qat.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/vfio_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;
using acceld::testing::VfioTree;

constexpr const char* kQat = VfioTree::kQat;
constexpr const char* kVirtual = VfioTree::kQat1;
constexpr const char* kBus = "/sys/bus/pci/devices/0000:6b:00.0/";

TEST(QatProbe, PhysicalFunction_IsSeenAndNeverGranted) {
  const FactSet facts = VfioTree().Run();
  EXPECT_TRUE(HasEntity(facts, kQat, VertexKind::kAccelerator));
  EXPECT_EQ(TextOf(facts, kQat, "framework"), "qat");
  EXPECT_EQ(TextOf(facts, kQat, "driver"), "4xxx");
  EXPECT_EQ(TextOf(facts, kQat, "grant"), "none");
  EXPECT_EQ(TextOf(facts, kQat, "model"), "4xxx");
  EXPECT_EQ(TextOf(facts, kQat, "qat_services"), "asym,sym");
  EXPECT_EQ(TextOf(facts, kQat, "qat_ring_pairs"), "64");
  EXPECT_EQ(TextOf(facts, kQat, "qat_pm_idle"), "true");
  EXPECT_EQ(TextOf(facts, kQat, "qat_auto_reset"), "false");
  EXPECT_EQ(TextOf(facts, kQat, "qat_rate_limits"), "true");
  EXPECT_EQ(TextOf(facts, kQat, "health"), "ok");
  // Corrected errors are no reason.
  EXPECT_EQ(FindAttribute(facts, kQat, "health_reason"), nullptr);
  for (const char* absent : {"functions", "node", "device_number"}) {
    EXPECT_EQ(FindAttribute(facts, kQat, absent), nullptr) << absent;
  }
}

TEST(QatProbe, Services_AreWhatItsVirtualFunctionsDo) {
  VfioTree machine;
  EXPECT_EQ(TextOf(machine.Run(), kVirtual, "functions"),
            "aead/aes-gcm,cipher/aes-cbc,cipher/aes-xts,digest/sha256,"
            "digest/sha512,pubkey/ecdh,pubkey/rsa");
  machine.WriteQat("qat/cfg_services", "dc\n");
  EXPECT_EQ(TextOf(machine.Run(), kVirtual, "functions"),
            "compress/deflate,compress/lz4,decompress/deflate,decompress/lz4");
}

TEST(QatProbe, UnknownService_IsAFaultAndTheRestStands) {
  VfioTree machine;
  machine.WriteQat("qat/cfg_services", "asym;teleport\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "qat/cfg_services"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kVirtual, "functions"), "pubkey/ecdh,pubkey/rsa");
}

TEST(QatProbe, OlderKernelWithoutServices_PromisesNothing) {
  VfioTree machine;
  machine.tree.Remove("sys/devices/pci0000:6b/0000:6b:00.0/qat");
  machine.tree.Remove("sys/devices/pci0000:6b/0000:6b:00.0/qat_ras");
  const FactSet facts = machine.Run();
  EXPECT_TRUE(HasEntity(facts, kQat, VertexKind::kAccelerator));
  EXPECT_EQ(FindAttribute(facts, kQat, "qat_services"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kQat, "health"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kVirtual, "functions"), nullptr);
}

TEST(QatProbe, DeviceThatIsDown_FailsItsVirtualFunctions) {
  VfioTree machine;
  machine.WriteQat("qat/state", "down\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kQat, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kQat, "health_reason"), "the device is down");
  EXPECT_EQ(TextOf(facts, kVirtual, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kVirtual, "health_reason"),
            "physical function 0000:6b:00.0: the device is down");
}

TEST(QatProbe, Errors_AreHealth) {
  VfioTree machine;
  machine.WriteQat("qat_ras/errors_nonfatal", "2\n");
  EXPECT_EQ(TextOf(machine.Run(), kQat, "health"), "degraded");
  machine.WriteQat("qat_ras/errors_fatal", "1\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kQat, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kQat, "health_reason"),
            "1 fatal errors; 2 non-fatal errors");
}

TEST(QatProbe, OlderModel_DoesAllWithoutAskingItsPhysicalFunction) {
  VfioTree machine;
  // As a virtual machine sees it: no physfn.
  machine.AddMember("0000:07:00.0", {0x8086, 0x37c9, 0x0b4000, "vfio-pci", 50});
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:vfio-0000:07:00.0", "functions"),
            "aead/aes-gcm,cipher/aes-cbc,cipher/aes-xts,compress/deflate,"
            "decompress/deflate,digest/sha256,digest/sha512,pubkey/ecdh,"
            "pubkey/rsa");
}

TEST(QatProbe, NewerModelInAVirtualMachine_PromisesNothing) {
  VfioTree machine;
  machine.AddMember("0000:07:00.0", {0x8086, 0x4941, 0x0b4000, "vfio-pci", 50});
  const FactSet facts = machine.Run();
  EXPECT_EQ(FindAttribute(facts, "accelerator:vfio-0000:07:00.0", "functions"),
            nullptr);
}

TEST(QatProbe, PhysicalFunctionHeldByVfio_IsNoQatDevice) {
  VfioTree machine;
  machine.AddMember("0000:e8:00.0", {0x8086, 0x4940, 0x0b4000, "vfio-pci", 50});
  const FactSet facts = machine.Run();
  EXPECT_FALSE(HasEntity(facts, "accelerator:qat-0000:e8:00.0",
                         VertexKind::kAccelerator));
  EXPECT_EQ(FindAttribute(facts, "accelerator:vfio-0000:e8:00.0", "functions"),
            nullptr);
}

TEST(QatProbe, FilesThatLie_AreFaults) {
  VfioTree machine;
  for (const char* file : {"qat/state", "qat/num_rps", "qat/pm_idle_enabled",
                           "qat_ras/errors_fatal"}) {
    machine.WriteQat(file, "banana\n");
  }
  const FactSet facts = machine.Run();
  for (const char* file : {"qat/state", "qat/num_rps", "qat/pm_idle_enabled",
                           "qat_ras/errors_fatal"}) {
    EXPECT_EQ(FaultAt(facts, std::string(kBus) + file),
              ErrorCode::kCorruptInput)
        << file;
  }
  EXPECT_EQ(TextOf(facts, kQat, "qat_services"), "asym,sym");
}

TEST(Qat, EveryFunction_IsInTheVocabulary) {
  const auto functions = MappedQatFunctions();
  EXPECT_FALSE(functions.empty());
  for (const std::string_view function : functions) {
    EXPECT_TRUE(api::IsFunction(function)) << function;
  }
}

TEST(Qat, Ids_AreOfIntelOnly) {
  ASSERT_NE(FindQatVirtual(0x8086, 0x0443), nullptr);
  EXPECT_EQ(FindQatVirtual(0x8086, 0x0443)->name, "dh895xcc");
  EXPECT_EQ(FindQatVirtual(0x10de, 0x0443), nullptr);
  EXPECT_EQ(FindQatVirtual(0x8086, 0x4940), nullptr);
  EXPECT_EQ(FindQatPhysical(0x8086, 0x4941), nullptr);
  EXPECT_EQ(FindQatPhysical(0x10de, 0x4940), nullptr);
}

}  // namespace
}  // namespace acceld::probes
