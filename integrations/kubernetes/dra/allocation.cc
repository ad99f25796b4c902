#include "integrations/kubernetes/dra/allocation.h"

#include <algorithm>
#include <utility>

#include "base/document_fields.h"
#include "base/document_reader.h"
#include "base/json.h"
#include "base/utf8.h"
#include "integrations/kubernetes/dra/device_document.h"
#include "integrations/kubernetes/dra/quantity.h"

namespace acceld::dra {
namespace {

// Source: kubernetes/api resource/v1/types.go, AllocationResultsMaxSize.
constexpr std::size_t kMaxResults = 32;
constexpr std::size_t kMaxConfigs = 64;  // of a claim and its classes
// OpaqueParametersMaxLength of the same file.
constexpr std::size_t kMaxParameterBytes = 10 * 1024;
constexpr std::int64_t kMaxOpens = 64;  // of a stage: docs/pipeline.md, `count`
// Source: kubernetes/api resource/v1/types.go, PodResourceClaimAnnotation.
constexpr std::string_view kPodClaim = "resource.kubernetes.io/pod-claim-name";
constexpr std::size_t kMaxShown = 128;

const Document* Path(const Document& from,
                     std::initializer_list<std::string_view> keys) {
  const Document* at = &from;
  for (const std::string_view key : keys) {
    at = at->AsObject() == nullptr ? nullptr : at->Find(key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

// What of a shared device a request takes; 0 where that is not said. Names
// without a domain are the driver's.
Result<std::int64_t> Consumed(const Document& result, const std::string& name) {
  for (const std::string& key : {std::string(kDriver) + "/" + name, name}) {
    const Document* value = Path(result, {"consumedCapacity", key});
    if (value == nullptr) continue;
    if (const auto* number = value->AsInteger(); number && *number >= 0) {
      return *number;
    }
    const auto* text = value->AsString();
    return ParseQuantity(text == nullptr ? "" : *text);
  }
  return 0;
}

Result<AllocatedDevice> ReadResult(const Document& result,
                                   std::string_view node, const Pool& pool) {
  AllocatedDevice device;
  device.request = TextIn(result, "request");
  device.share_id = TextIn(result, "shareID");
  if (TextIn(result, "pool") != node) {
    return Fail(ErrorCode::kInvalidArgument,
                "a device of the claim is in the pool '" +
                    Printable(TextIn(result, "pool"), kMaxShown) +
                    "', not in this node's");
  }
  const std::string name = TextIn(result, "device");
  const PoolDevice* found = Find(pool, name);
  if (found == nullptr) {
    return Fail(ErrorCode::kNotFound, "this node has no device '" +
                                          Printable(name, kMaxShown) +
                                          "' (any more)");
  }
  device.device = *found;
  const Document* admin = Path(result, {"adminAccess"});
  if (admin != nullptr && *admin == Document(true)) {
    return Fail(ErrorCode::kUnsupported,
                "administrative access to '" + name +
                    "': acceld hands out what it leases and nothing else");
  }
  ACCELD_TRY(device.instances, Consumed(result, "instances"));
  ACCELD_TRY(device.memory, Consumed(result, "memory"));
  if (device.instances >= found->shares) device.instances = 0;
  if (device.instances > kMaxOpens) {
    return Fail(ErrorCode::kInvalidArgument,
                "a share of '" + name + "' has more than 64 instances");
  }
  return device;
}

// The pipeline of one piece of opaque parameters.
Result<Document> ReadParameters(const Document* parameters,
                                const std::string& pointer) {
  static const Document kNothing;
  Complaints complaints;
  ObjectReader reader(parameters == nullptr ? kNothing : *parameters, pointer,
                      complaints);
  const auto version = reader.RequiredString("apiVersion");
  if (version && *version != "acceld.org/v1") {
    reader.Complain("apiVersion", "must be \"acceld.org/v1\"");
  }
  const auto kind = reader.RequiredString("kind");
  if (kind && *kind != "ClaimParameters") {
    reader.Complain("kind", "must be \"ClaimParameters\"");
  }
  if (parameters != nullptr &&
      PrintJson(*parameters).size() > kMaxParameterBytes) {
    reader.Complain("", "must be 10 KiB at most");
  }
  const Document* pipeline = reader.Find("pipeline");
  if (pipeline == nullptr || pipeline->AsObject() == nullptr) {
    reader.Complain("pipeline", "must be an object (a pipeline)");
  }
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return *pipeline;
}

// One piece of parameters, and the requests that it is for; none: all.
struct Parameters {
  Document pipeline;
  std::vector<std::string> requests;

  // "gpu" is also for "gpu/large".
  [[nodiscard]] bool IsFor(const std::string& request) const {
    return requests.empty() ||
           std::any_of(requests.begin(), requests.end(), [&](const auto& one) {
             return request == one || request.starts_with(one + "/");
           });
  }
};

// Those that are for this driver.
Result<std::vector<Parameters>> ReadConfigs(const Document::Array& configs) {
  std::vector<Parameters> all;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    const Document* opaque = Path(configs[i], {"opaque"});
    if (opaque == nullptr || TextIn(*opaque, "driver") != kDriver) continue;
    Parameters& one = all.emplace_back();
    ACCELD_TRY(one.pipeline,
               ReadParameters(Path(*opaque, {"parameters"}),
                              "/status/allocation/devices/config/" +
                                  std::to_string(i) + "/opaque/parameters"));
    const Document* requests = Path(configs[i], {"requests"});
    if (requests == nullptr || requests->AsArray() == nullptr) continue;
    for (const Document& request : *requests->AsArray()) {
      const auto* name = request.AsString();
      if (name != nullptr) one.requests.push_back(*name);
    }
  }
  return all;
}

// A claim's own parameters come after those of its classes: of those for a
// request the last count.
Status ChoosePipeline(const std::vector<Parameters>& all,
                      Allocation& allocation) {
  const Parameters* chosen = nullptr;
  for (AllocatedDevice& device : allocation.devices) {
    const auto last = std::find_if(
        all.rbegin(), all.rend(),
        [&](const Parameters& one) { return one.IsFor(device.request); });
    if (last == all.rend()) continue;
    if (chosen != nullptr && chosen != &*last) {
      return Fail(ErrorCode::kUnsupported,
                  "the parameters have one pipeline for some of the claim's "
                  "requests and another for '" +
                      Printable(device.request, kMaxShown) +
                      "': a claim has one");
    }
    chosen = &*last;
    device.in_pipeline = true;
  }
  if (chosen != nullptr) allocation.pipeline = chosen->pipeline;
  return {};
}

}  // namespace

Result<Allocation> ReadAllocation(const Document& claim, std::string_view uid,
                                  std::string_view node, const Pool& pool) {
  const Document* metadata = Path(claim, {"metadata"});
  if (metadata == nullptr || TextIn(*metadata, "uid") != uid) {
    return Fail(ErrorCode::kStale,
                "the claim of this name has another uid: it was made anew");
  }
  const Document* devices = Path(claim, {"status", "allocation", "devices"});
  if (devices == nullptr) {
    return Fail(ErrorCode::kUnavailable, "the claim is not allocated");
  }
  Allocation allocation;
  if (const auto* notes = Path(*metadata, {"annotations"})) {
    allocation.pod_claim = TextIn(*notes, kPodClaim);
  }
  const Document* results = Path(*devices, {"results"});
  const auto* list = results == nullptr ? nullptr : results->AsArray();
  if (list == nullptr || list->size() > kMaxResults) {
    return Fail(ErrorCode::kInvalidArgument,
                "the allocation has no list of 1 to 32 results");
  }
  for (const Document& result : *list) {
    if (TextIn(result, "driver") != kDriver) continue;
    ACCELD_TRY(AllocatedDevice device, ReadResult(result, node, pool));
    allocation.devices.push_back(std::move(device));
  }
  if (allocation.devices.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                std::string("the claim has no device of ") + kDriver);
  }
  const Document* configs = Path(*devices, {"config"});
  if (configs == nullptr || configs->is_null()) return allocation;
  if (configs->AsArray() == nullptr ||
      configs->AsArray()->size() > kMaxConfigs) {
    return Fail(ErrorCode::kInvalidArgument,
                "the allocation's config is no list of at most 64");
  }
  ACCELD_TRY(const auto all, ReadConfigs(*configs->AsArray()));
  ACCELD_TRY_VOID(ChoosePipeline(all, allocation));
  return allocation;
}

}  // namespace acceld::dra
