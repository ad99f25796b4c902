#include "probes/recording/redaction.h"

#include <gtest/gtest.h>

#include <string>

#include "probes/recording/stand_ins.h"
#include "probes/recording/text_redaction.h"

namespace acceld::recording {
namespace {

constexpr const char* kFunction = "sys/devices/pci0000:00/0000:00:01.0";

Entry File(std::string text) {
  return {FileKind::kFile, std::move(text), true};
}

// What becomes of one file.
std::string Redacted(const std::string& path, const std::string& text) {
  Recording recording;
  recording.entries = {{path, File(text)}};
  Redact(recording);
  return recording.entries.at(path).text;
}

std::string Below(const char* name) {
  return std::string(kFunction) + "/" + name;
}

TEST(StandIns, SameValue_SameStandIn_OfTheSameForm) {
  StandIns values;
  EXPECT_EQ(values.For("38:af:29:0b:77:c1"), "00:00:00:00:00:01");
  EXPECT_EQ(values.For("PHLJ9160-X"), "00000000-2");
  EXPECT_EQ(values.For("38:AF:29:0B:77:C1"), "00:00:00:00:00:01");
  EXPECT_EQ(values.For("0x1f3c"), "0x0003");
  EXPECT_EQ(values.For("1F3C"), "0003");
}

TEST(StandIns, ValueThatSaysNone_Stays) {
  StandIns values;
  for (const char* none : {"0", "0x0", "00:00:00:00:00:00", "", "-"}) {
    EXPECT_EQ(values.For(none), none);
  }
}

TEST(StandIns, ValueTooShortForItsNumber_GetsLonger) {
  StandIns values;
  for (int i = 1; i < 10; ++i) (void)values.For("x" + std::to_string(i));
  EXPECT_EQ(values.For("y"), "10");
  EXPECT_EQ(values.For("0xy"), "0x10");
}

TEST(Redact_NvmeAddress, OnTheNetwork_IsAStandIn) {
  const std::string path = "sys/devices/virtual/nvme-fabrics/ctl/nvme1/address";
  const std::string text =
      Redacted(path, "traddr=10.1.2.3,trsvcid=4420,host_traddr=10.1.2.9\n");
  EXPECT_TRUE(text.starts_with("traddr=")) << text;
  EXPECT_EQ(text.find("10.1.2"), std::string::npos) << text;
  EXPECT_EQ(Redacted(Below("nvme/nvme0/address"), "0000:00:01.0\n"),
            "0000:00:01.0\n");
}

TEST(Redact_FilesThatIdentify, HoldStandIns) {
  EXPECT_EQ(Redacted(Below("net/eth0/address"), "38:af:29:0b:77:c1\n"),
            "00:00:00:00:00:01\n");
  EXPECT_EQ(Redacted(Below("unique_id"), "9f8e7d6c5b4a3928\n"),
            "0000000000000001\n");
  EXPECT_EQ(Redacted(Below("nvme/nvme0/serial"), "S4EWNX0M  \n"),
            "00000001  \n");
  EXPECT_EQ(Redacted("sys/devices/pci0/mem0/serial", "0xabcd\n"), "0x0001\n");
  EXPECT_EQ(Redacted(Below("infiniband/mlx5_0/node_desc"), "db7 HCA-1\n"),
            "000 000-1\n");
  EXPECT_EQ(Redacted(Below("infiniband/mlx5_0/ports/1/gids/0"), "fe80::1234\n"),
            "0000::0001\n");
}

TEST(Redact_ValuesThatIdentify_HoldStandInsInTheirLines, AndNothingElse) {
  EXPECT_EQ(Redacted("sys/devices/virtual/kfd/kfd/topology/nodes/1/properties",
                     "simd_count 440\nunique_id 11400714819323198485\n"
                     "hive_id 987654321\nlocation_id 768\n"),
            "simd_count 440\nunique_id 00000000000000000001\n"
            "hive_id 000000002\nlocation_id 768\n");
  EXPECT_EQ(Redacted("proc/driver/nvidia/gpus/0000:07:00.0/information",
                     "Model: \t\t NVIDIA A100\n"
                     "GPU UUID: \t GPU-5a1e6f7c-0a11-4b2e-8f6d-2c1d3e4f5a6b\n"
                     "Bus Location: \t 0000:07:00.0\n"),
            "Model: \t\t NVIDIA A100\n"
            "GPU UUID: \t 000-00000000-0000-0000-0000-000000000001\n"
            "Bus Location: \t 0000:07:00.0\n");
  EXPECT_EQ(Redacted("proc/cpuinfo",
                     "flags\t\t: fpu serialize\nSerial\t\t: 10000000a3b4\n"),
            "flags\t\t: fpu serialize\nSerial\t\t: 000000000001\n");
}

TEST(Redact_NameOfTheHost, InHwlocsFile_IsAStandIn) {
  EXPECT_EQ(Redacted("proc/hwloc-nofile-info",
                     "OSName: Linux\nHostName: db7\nArchitecture: x86_64\n"),
            "OSName: Linux\nHostName: 001\nArchitecture: x86_64\n");
}

TEST(Redact_WordsOfATellingForm, AreStandInsWhereverTheyAre) {
  EXPECT_EQ(Redacted(Below("odd"), "mac=00:1b:21:aa:bb:cc, up\n"),
            "mac=00:00:00:00:00:01, up\n");
  EXPECT_EQ(Redacted(Below("a"), "506b:4b03:00c5:a7e8\n"),
            "0000:0000:0000:0001\n");
  EXPECT_EQ(Redacted(Below("a"), "x 123e4567-e89b-12d3-a456-426614174000"),
            "x 00000000-0000-0000-0000-000000000001");
}

TEST(Redact_WhatATopologyIsMadeOf, Stays) {
  for (const char* text :
       {"0x8086\n", "0000:3a:00.0\n", "10000:e1:00.0\n", "0-3,8\n",
        "00000000,0000000f\n", "16.0 GT/s PCIe\n", "254:0\n",
        "0x00000000fe000000 0x00000000fe0fffff 0x0000000000040200\n", "10 21\n",
        "pci:v00008086d00000B25sv*sd*bc08sc80i00\n", "6.12.1\n"}) {
    EXPECT_EQ(Redacted(Below("value"), text), text);
  }
  const std::string binary("\x38\x00: 00:1b:21:aa:bb:cc", 20);
  EXPECT_EQ(Redacted("sys/firmware/acpi/tables/HMAT", binary), binary);
}

TEST(Redact_NameOfADesign, Stays) {
  constexpr const char* kUuid = "4c8f2a10-3a5d-4a0e-9f1b-0a6b7c8d9e0f\n";
  EXPECT_EQ(Redacted(Below("xclbinuuid"), kUuid), kUuid);
  EXPECT_EQ(Redacted(Below("dfl-port.0/afu_id"), kUuid), kUuid);
}

TEST(Redact_CommandLine, KeepsIommuAndPciWordsOnly) {
  EXPECT_EQ(Redacted("proc/cmdline",
                     "BOOT_IMAGE=/vmlinuz root=UUID=1234 ro quiet "
                     "intel_iommu=on,sm_on iommu.passthrough=1 pci=noats "
                     "password=hunter2 ip=10.0.0.7:::::db7\n"),
            "intel_iommu=on,sm_on iommu.passthrough=1 pci=noats\n");
}

TEST(Redact_Version, KeepsTheRelease) {
  EXPECT_EQ(Redacted("proc/version",
                     "Linux version 6.1.0-18-amd64 (alice@db7) (gcc 12) #1\n"),
            "Linux version 6.1.0-18-amd64\n");
  EXPECT_EQ(Redacted("proc/version", "Linux"), "Linux\n");
}

TEST(Redact_DeviceSerialNumber, OfAConfigurationSpace_IsAStandIn) {
  std::string config(4096, '\0');
  config.replace(0x100, 4, std::string("\x0f\x00\x01\x14", 4));  // ATS -> 0x140
  config.replace(0x104, 8, "ATSBYTES");
  config.replace(0x140, 12, std::string("\x03\x00\x01\x00SERIALNO", 12));
  const std::string after = Redacted(Below("config"), config);
  EXPECT_EQ(after.substr(0x104, 8), "ATSBYTES");
  EXPECT_EQ(after.substr(0x144, 8), std::string("\1\0\0\0\0\0\0\0", 8));
  config.replace(0x142, 2, "\x01\x14");  // a chain that leads to itself
  EXPECT_EQ(Redacted(Below("config"), config).size(), config.size());
}

TEST(Redact_VirtualNetwork_IsLeftOut, WithItsNames) {
  Recording recording;
  recording.entries = {
      {"sys/class/net/eth0",
       {FileKind::kLink, "../../devices/pci0/net/eth0", true}},
      {"sys/class/net/customer7",
       {FileKind::kLink, "../../devices/virtual/net/customer7", true}},
      {"sys/devices/virtual/net/customer7", {}},
      {"sys/devices/virtual/net/customer7/type", File("1\n")},
  };
  recording.unread = {
      {"sys/devices/virtual/net/customer7/x", ErrorCode::kIo, ""}};
  Redact(recording);
  EXPECT_EQ(recording.entries.size(), 1U);
  EXPECT_TRUE(recording.unread.empty());
}

TEST(Redact_ListOfPciNames, KeepsThisMachinesOwn) {
  Recording recording;
  recording.entries = {
      {Below("vendor"), File("0x8086\n")},
      {Below("device"), File("0x0b25\n")},
      {"usr/share/misc/pci.ids",
       File("# comment\n1022  AMD\n\t17f0  NPU\n8086  Intel\n\t0b25  DSA\n"
            "\t\t8086 0000  board\n\t0cfe  IAA\nffff  Illegal\n\nC 00  old\n"
            "\t0b25  class\n")}};
  Redact(recording);
  EXPECT_EQ(recording.entries.at("usr/share/misc/pci.ids").text,
            "8086  Intel\n\t0b25  DSA\n");
}

TEST(Redact_Twice_ChangesNothingMore, InAnyFile) {
  Recording recording;
  recording.entries = {{Below("net/eth0/address"), File("38:af:29:0b:77:c1\n")},
                       {Below("net/eth1/address"), File("38:af:29:0b:77:c2\n")},
                       {Below("uuid"), File("z\n")},
                       {"proc/cmdline", File("a b iommu=pt\n")}};
  Redact(recording);
  const Entries once = recording.entries;
  Redact(recording);
  for (const auto& [path, entry] : once) {
    EXPECT_EQ(recording.entries.at(path).text, entry.text) << path;
  }
}

}  // namespace
}  // namespace acceld::recording
