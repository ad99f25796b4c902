#include "integrations/kubernetes/dra/allocation.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "base/document_reader.h"
#include "base/utf8.h"
#include "integrations/kubernetes/dra/device_document.h"

namespace acceld::dra {
namespace {

// Source: kubernetes/api resource/v1/types.go, AllocationResultsMaxSize.
constexpr std::size_t kMaxResults = 32;
constexpr std::size_t kMaxConfigs = 64;  // of a claim and its classes
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

// "" where it is no text.
std::string Text(const Document& object, std::string_view key) {
  const Document* value = Path(object, {key});
  const auto* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
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
  device.request = Text(result, "request");
  device.share_id = Text(result, "shareID");
  if (Text(result, "pool") != node) {
    return Fail(ErrorCode::kInvalidArgument,
                "a device of the claim is in the pool '" +
                    Printable(Text(result, "pool"), kMaxShown) +
                    "', not in this node's");
  }
  const std::string name = Text(result, "device");
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
  const Document* pipeline = reader.Find("pipeline");
  if (pipeline == nullptr || pipeline->AsObject() == nullptr) {
    reader.Complain("pipeline", "must be an object (a pipeline)");
  }
  reader.RefuseUnknownKeys();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return *pipeline;
}

// A claim's own parameters come after those of its classes: the last counts.
Status ReadConfigs(const Document::Array& configs, Allocation& allocation) {
  for (std::size_t i = 0; i < configs.size(); ++i) {
    const Document* opaque = Path(configs[i], {"opaque"});
    if (opaque == nullptr || Text(*opaque, "driver") != kDriver) continue;
    ACCELD_TRY(allocation.pipeline,
               ReadParameters(Path(*opaque, {"parameters"}),
                              "/status/allocation/devices/config/" +
                                  std::to_string(i) + "/opaque/parameters"));
    allocation.pipeline_requests.clear();
    const Document* requests = Path(configs[i], {"requests"});
    if (requests == nullptr || requests->AsArray() == nullptr) continue;
    for (const Document& one : *requests->AsArray()) {
      if (const auto* name = one.AsString()) {
        allocation.pipeline_requests.push_back(*name);
      }
    }
  }
  return {};
}

// "gpu" is also for "gpu/large".
bool IsFor(const std::vector<std::string>& requests,
           const std::string& request) {
  return requests.empty() ||
         std::any_of(requests.begin(), requests.end(), [&](const auto& one) {
           return request == one || request.starts_with(one + "/");
         });
}

Document KeySelector(const Document::Array& keys) {
  return Document::Object{{"attribute", "key"}, {"in", keys}};
}

// The stage that opens one device as it was allocated.
Document StageOf(const AllocatedDevice& one, const std::string& name) {
  Document stage;
  stage.Set("name", name);
  stage.Set("function", one.device.function);
  stage.Set("select",
            Document::Array{KeySelector(Document::Array{one.device.key})});
  stage.Set("sharing", one.instances > 0 ? "shared" : "exclusive");
  if (one.instances > 1) stage.Set("count", one.instances);
  if (one.memory > 0) stage.Set("memory", std::to_string(one.memory) + "B");
  return stage;
}

Result<Document> Confined(const Document& stage, const Document::Array& keys,
                          std::size_t index) {
  const std::string pointer = "/stages/" + std::to_string(index);
  if (stage.AsObject() == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, pointer + ": must be an object");
  }
  Document::Array select;
  if (const Document* given = stage.Find("select")) {
    if (given->AsArray() == nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  pointer + "/select: must be an array");
    }
    select = *given->AsArray();
  }
  select.emplace_back(KeySelector(keys));
  Document confined;
  for (const auto& [key, value] : *stage.AsObject()) {
    if (key != "select") confined.Set(key, value);
  }
  confined.Set("select", std::move(select));
  return confined;
}

}  // namespace

Result<std::int64_t> ParseQuantity(std::string_view text) {
  struct Suffix {
    std::string_view text;
    std::int64_t factor;
  };
  constexpr Suffix kSuffixes[] = {{"Ki", std::int64_t{1} << 10},
                                  {"Mi", std::int64_t{1} << 20},
                                  {"Gi", std::int64_t{1} << 30},
                                  {"Ti", std::int64_t{1} << 40},
                                  {"Pi", std::int64_t{1} << 50},
                                  {"k", 1'000},
                                  {"M", 1'000'000},
                                  {"G", 1'000'000'000},
                                  {"T", 1'000'000'000'000},
                                  {"P", 1'000'000'000'000'000},
                                  {"", 1}};
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9';
       ++digits) {
    const int digit = text[digits] - '0';
    if (number > (kMost - digit) / 10) {
      return Fail(ErrorCode::kInvalidArgument, "a quantity is too large");
    }
    number = number * 10 + digit;
  }
  for (const Suffix& suffix : kSuffixes) {
    if (digits == 0 || text.substr(digits) != suffix.text) continue;
    if (number > kMost / suffix.factor) break;
    return number * suffix.factor;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "'" + Printable(text, kMaxShown) + "' is no whole quantity");
}

Result<Allocation> ReadAllocation(const Document& claim, std::string_view uid,
                                  std::string_view node, const Pool& pool) {
  const Document* metadata = Path(claim, {"metadata"});
  if (metadata == nullptr || Text(*metadata, "uid") != uid) {
    return Fail(ErrorCode::kStale,
                "the claim of this name has another uid: it was made anew");
  }
  const Document* devices = Path(claim, {"status", "allocation", "devices"});
  if (devices == nullptr) {
    return Fail(ErrorCode::kUnavailable, "the claim is not allocated");
  }
  Allocation allocation;
  const Document* results = Path(*devices, {"results"});
  const auto* list = results == nullptr ? nullptr : results->AsArray();
  if (list == nullptr || list->size() > kMaxResults) {
    return Fail(ErrorCode::kInvalidArgument,
                "the allocation has no list of 1 to 32 results");
  }
  for (const Document& result : *list) {
    if (Text(result, "driver") != kDriver) continue;
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
  ACCELD_TRY_VOID(ReadConfigs(*configs->AsArray(), allocation));
  return allocation;
}

Result<Document> PipelineOf(const Allocation& allocation) {
  Document::Array stages;
  Document::Array keys;
  std::set<std::string> seen;
  Document pipeline = Document::Object{};
  for (const AllocatedDevice& one : allocation.devices) {
    const bool is_placed =
        allocation.pipeline && IsFor(allocation.pipeline_requests, one.request);
    if (is_placed && seen.insert(one.device.key).second) {
      keys.emplace_back(one.device.key);
    }
  }
  // Parameters for requests of other drivers' devices place nothing here.
  if (!keys.empty()) {
    const Document* given = allocation.pipeline->Find("stages");
    if (given == nullptr || given->AsArray() == nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  "/stages: the claim's pipeline has none");
    }
    for (std::size_t i = 0; i < given->AsArray()->size(); ++i) {
      ACCELD_TRY(Document stage, Confined((*given->AsArray())[i], keys, i));
      stages.push_back(std::move(stage));
    }
    for (const auto& [key, value] : *allocation.pipeline->AsObject()) {
      if (key != "stages") pipeline.Set(key, value);
    }
  }
  for (std::size_t i = 0; i < allocation.devices.size(); ++i) {
    const AllocatedDevice& one = allocation.devices[i];
    if (!keys.empty() && IsFor(allocation.pipeline_requests, one.request)) {
      continue;
    }
    stages.push_back(StageOf(one, "device-" + std::to_string(i)));
  }
  pipeline.Set("stages", std::move(stages));
  return pipeline;
}

Result<std::vector<PlacedStage>> ReadPlacement(const Document& placement) {
  const Document* stages = Path(placement, {"stages"});
  const auto* list = stages == nullptr ? nullptr : stages->AsArray();
  std::vector<PlacedStage> placed;
  if (list != nullptr) {
    for (const Document& stage : *list) {
      placed.push_back({Text(stage, "stage"), Text(stage, "device")});
    }
  }
  const bool complete =
      std::all_of(placed.begin(), placed.end(), [](const PlacedStage& one) {
        return !one.stage.empty() && !one.device.empty();
      });
  if (!placed.empty() && complete) return placed;
  return Fail(ErrorCode::kCorruptInput, "the placement has no stages");
}

Status CheckPlaced(const Allocation& allocation,
                   const std::vector<PlacedStage>& stages) {
  std::set<std::string> used;
  for (const PlacedStage& stage : stages) used.insert(stage.device);
  for (const AllocatedDevice& one : allocation.devices) {
    if (used.erase(one.device.key) == 0 &&
        std::none_of(stages.begin(), stages.end(), [&](const auto& stage) {
          return stage.device == one.device.key;
        })) {
      return Fail(ErrorCode::kUnsatisfiable,
                  "the claim's pipeline leaves its device '" + one.device.name +
                      "' unused");
    }
  }
  if (used.empty()) return {};
  return Fail(ErrorCode::kInternal,
              "a stage was placed on a device that is not the claim's");
}

}  // namespace acceld::dra
