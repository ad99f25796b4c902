#include "integrations/kubernetes/dra/claim_metadata.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "integrations/kubernetes/dra/metadata_files.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/integrations/kubernetes/dra/described_machine.h"

namespace acceld::dra {
namespace {

const ClaimName kClaim{"ns", "pod-gpu-x7", "u-1"};

AllocatedDevice Device(const std::string& request, const std::string& name,
                       const std::string& key) {
  AllocatedDevice device;
  device.request = request;
  device.device.name = name;
  device.device.key = key;
  return device;
}

Allocation OneGpu(const std::string& pod_claim) {
  Allocation allocation;
  allocation.devices = {
      Device("gpu/large", "pci-0000-3e-00-0-drm", "accelerator:renderD128")};
  allocation.pod_claim = pod_claim;
  return allocation;
}

std::vector<RequestMetadata> Made(const Allocation& allocation) {
  const auto all = MetadataOf(kClaim, allocation, "worker",
                              DescribedMachine("dsa-gpu-2s"), Release());
  EXPECT_TRUE(all) << (all ? "" : all.error().message);
  return all ? *all : std::vector<RequestMetadata>();
}

TEST(ClaimMetadata, OfARequest_IsTheSameInEachVersion) {
  const auto all = Made(OneGpu("gpu"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].request, "gpu");
  const std::string& text = all[0].text;
  const std::size_t line = text.find('\n');
  const auto newest = ParseJson(text.substr(0, line));
  ASSERT_TRUE(newest);
  EXPECT_EQ(*newest->Find("apiVersion"),
            Document("metadata.resource.k8s.io/v1beta1"));
  EXPECT_EQ(PrintJson(*newest->Find("metadata")),
            R"({"name":"pod-gpu-x7","namespace":"ns","uid":"u-1",)"
            R"("generation":1})");
  const Document& request = newest->Find("requests")->AsArray()->front();
  EXPECT_EQ(*request.Find("name"), Document("gpu/large"));
  const Document& device = request.Find("devices")->AsArray()->front();
  EXPECT_EQ(*device.Find("pool"), Document("worker"));
  const Document& attributes = *device.Find("attributes");
  EXPECT_EQ(*attributes.Find("resource.kubernetes.io/pciBusID")->Find("string"),
            Document("0000:3e:00.0"));
  EXPECT_EQ(attributes.Find("acceld.org/health"), nullptr);
  std::string older = text.substr(line + 1);
  older.replace(older.find("v1alpha1"), 8, "v1beta1");
  EXPECT_EQ(older, text.substr(0, line + 1));
}

// Source: k8s.io/dynamic-resource-allocation/api/metadata.
TEST(ClaimMetadata, ItsPath_SaysHowThePodCallsTheClaim) {
  const std::string root = "/var/run/kubernetes.io/dra-device-attributes/";
  EXPECT_EQ(Made(OneGpu("gpu-1")).front().container_path,
            root + "resourceclaimtemplates/gpu-1/gpu/acceld.org-metadata.json");
  EXPECT_EQ(Made(OneGpu("")).front().container_path,
            root + "resourceclaims/pod-gpu-x7/gpu/acceld.org-metadata.json");
}

TEST(ClaimMetadata, RequestsWithSeveralDevices_HaveOneFile) {
  Allocation allocation;
  allocation.devices = {Device("a", "x", "accelerator:gone"),
                        Device("b", "y", "accelerator:gone"),
                        Device("a", "z", "accelerator:gone")};
  const auto all = Made(allocation);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].request, "a");
  EXPECT_NE(all[0].text.find(R"("name":"z")"), std::string::npos);
  EXPECT_EQ(all[1].request, "b");
}

TEST(ClaimMetadata, NamesThatAreNone_AreRefused) {
  for (const char* name : {"../x", "", "A", "a/b", "-a", "a b"}) {
    EXPECT_TRUE(name[0] == '\0' || !MetadataOf(kClaim, OneGpu(name), "worker",
                                               Machine(), Release()))
        << name;
    const ClaimName claim{"ns", name, "u"};
    EXPECT_FALSE(MetadataOf(claim, OneGpu(""), "worker", Machine(), Release()))
        << name;
  }
  Allocation allocation;
  allocation.devices = {Device("../r", "x", "k")};
  EXPECT_FALSE(MetadataOf(kClaim, allocation, "worker", Machine(), Release()));
}

TEST(MetadataFiles, OfAClaim_AreFoundAgain) {
  acceld::testing::TempDir place;
  const auto files = MetadataFiles::Make(place.At("metadata"));
  ASSERT_TRUE(files) << files.error().message;
  const auto written = files->Write("u-1", Made(OneGpu("gpu")));
  ASSERT_TRUE(written) << written.error().message;
  ASSERT_TRUE(files->Write("u-2", Made(OneGpu("gpu"))));
  const auto found = files->Find("u-1");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].request, "gpu");
  EXPECT_EQ(found[0].host_path, written->front().host_path);
  EXPECT_EQ(found[0].container_path, written->front().container_path);
  files->RemoveBut({"u-1"});
  EXPECT_TRUE(files->Find("u-2").empty());
  EXPECT_EQ(files->Find("u-1").size(), 1U);
  files->Remove("u-1");
  EXPECT_TRUE(files->Find("u-1").empty());
}

TEST(MetadataFiles, ThatHoldSomethingElse_AreNone) {
  acceld::testing::TempDir place;
  const auto files = MetadataFiles::Make(place.At("metadata"));
  ASSERT_TRUE(files);
  for (const char* text :
       {"", "[]", "{}", R"({"metadata": {}, "requests": []})",
        R"({"metadata": {"name": "c"}, "requests": [{"name": "other"}]})",
        R"({"metadata": {"name": "../c"}, "requests": [{"name": "gpu"}]})"}) {
    place.AddFile("metadata/u-1_gpu.json", text);
    EXPECT_TRUE(files->Find("u-1").empty()) << text;
  }
}

}  // namespace
}  // namespace acceld::dra
