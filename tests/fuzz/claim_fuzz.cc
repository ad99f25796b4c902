// Whatever a ResourceClaim says: no crash, a refusal is printable, and what is
// accepted acquires nothing but the claim's devices.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/json.h"
#include "base/utf8.h"
#include "integrations/kubernetes/dra/allocation.h"
#include "integrations/kubernetes/dra/claim_metadata.h"
#include "integrations/kubernetes/dra/claim_pipeline.h"

namespace {

using acceld::Document;
namespace dra = acceld::dra;

// One that is opened by its path, one that is shared, one without a node.
dra::Pool ThreeDevices() {
  dra::Pool pool;
  pool.devices = {{"gpu",
                   "accelerator:gpu",
                   "compute/gpu",
                   1,
                   "ok",
                   "",
                   {"compute/gpu"},
                   true,
                   true},
                  {"queue",
                   "engine:queue",
                   "copy",
                   16,
                   "ok",
                   "",
                   {"copy", "compress/deflate"},
                   true,
                   false},
                  {"soft", "accelerator:soft", "copy", 1, "ok", ""}};
  return pool;
}

template <typename T>
bool IsTold(const acceld::Result<T>& result) {
  return result || (!result.error().message.empty() &&
                    acceld::IsUtf8(result.error().message));
}

// The keys of the last selector of a stage are devices of the claim.
void CheckStage(const Document& stage, const dra::Allocation& allocation) {
  const Document* select = stage.Find("select");
  ACCELD_CHECK(select != nullptr && select->AsArray() != nullptr);
  ACCELD_CHECK(!select->AsArray()->empty());
  const Document& last = select->AsArray()->back();
  ACCELD_CHECK(*last.Find("attribute") == Document("key"));
  for (const Document& key : *last.Find("in")->AsArray()) {
    ACCELD_CHECK(std::any_of(
        allocation.devices.begin(), allocation.devices.end(),
        [&](const auto& one) { return Document(one.device.key) == key; }));
  }
  const Document* grant = stage.Find("grant");
  ACCELD_CHECK(grant == nullptr || *grant != Document("path"));
}

void CheckAllocation(const dra::Allocation& allocation) {
  ACCELD_CHECK(!allocation.devices.empty() && allocation.devices.size() <= 32);
  std::vector<dra::PlacedStage> everywhere;
  for (const auto& one : allocation.devices) {
    ACCELD_CHECK(one.instances >= 0 && one.instances < one.device.shares + 1);
    ACCELD_CHECK(one.memory >= 0);
    ACCELD_CHECK(!one.in_pipeline || allocation.pipeline);
    everywhere.push_back({"s", one.device.key});
  }
  ACCELD_CHECK(IsTold(dra::CheckPlaced(allocation, everywhere)));
  for (const bool stand_in : {false, true}) {
    const auto pipeline = dra::PipelineOf(allocation, stand_in);
    ACCELD_CHECK(IsTold(pipeline));
    if (!pipeline) continue;
    for (const Document& stage : *pipeline->Find("stages")->AsArray()) {
      CheckStage(stage, allocation);
    }
    const Document reserved = dra::Reserved(*pipeline);
    for (const Document& stage : *reserved.Find("stages")->AsArray()) {
      ACCELD_CHECK(*stage.Find("grant") == Document("none"));
    }
  }
}

// What containers read, and what of it is read back, say the same.
void CheckMetadata(const dra::Allocation& allocation) {
  const auto all = dra::MetadataOf({"ns", "claim", "u"}, allocation, "n",
                                   dra::Machine(), dra::Release());
  ACCELD_CHECK(IsTold(all));
  if (!all) return;
  for (const dra::RequestMetadata& one : *all) {
    ACCELD_CHECK(one.container_path.find("/../") == std::string::npos);
    const auto again = dra::ReadMetadata(one.text);
    ACCELD_CHECK(again.has_value());
    ACCELD_CHECK(again->request == one.request);
    ACCELD_CHECK(again->container_path == one.container_path);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const dra::Pool kPool = ThreeDevices();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto claim = acceld::ParseJson(text);
  if (!claim) return 0;
  const auto allocation = dra::ReadAllocation(*claim, "u", "n", kPool);
  ACCELD_CHECK(IsTold(allocation));
  if (!allocation) return 0;
  CheckAllocation(*allocation);
  CheckMetadata(*allocation);
  return 0;
}
