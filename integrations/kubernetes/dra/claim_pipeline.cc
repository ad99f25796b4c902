#include "integrations/kubernetes/dra/claim_pipeline.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/document_fields.h"
#include "base/units.h"

namespace acceld::dra {
namespace {

// A part of the device, which others have other parts of.
bool IsShare(const AllocatedDevice& one) { return one.instances > 0; }

Document KeySelector(const Document::Array& keys) {
  return Document::Object{{"attribute", "key"}, {"in", keys}};
}

// The stage that opens one device as it was allocated.
Document StageOf(const AllocatedDevice& one, const std::string& name,
                 bool stand_in) {
  Document stage;
  stage.Set("name", name);
  stage.Set("function", one.device.function);
  stage.Set("select",
            Document::Array{KeySelector(Document::Array{one.device.key})});
  stage.Set("sharing", one.instances > 0 ? "shared" : "exclusive");
  if (one.instances > 1) stage.Set("count", one.instances);
  // A stage's memory is that of each of its opens.
  const std::int64_t memory =
      one.memory / std::max<std::int64_t>(one.instances, 1);
  if (memory > 0) stage.Set("memory", std::to_string(memory) + "B");
  if (one.device.has_node && !stand_in) stage.Set("grant", "none");
  return stage;
}

// What a claim may not say of a stage. `shared`: a device that it may get is
// not the claim's alone.
Status CheckStage(const Document& stage, bool shared,
                  const std::string& pointer) {
  if (stage.AsObject() == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, pointer + ": must be an object");
  }
  const Document* select = stage.Find("select");
  if (select != nullptr && select->AsArray() == nullptr) {
    return Fail(ErrorCode::kInvalidArgument,
                pointer + "/select: must be an array");
  }
  const Document* grant = stage.Find("grant");
  if (grant != nullptr && *grant == Document("path")) {
    return Fail(ErrorCode::kInvalidArgument,
                pointer +
                    "/grant: is not for claims: their containers have "
                    "device nodes by CDI");
  }
  const Document* sharing = stage.Find("sharing");
  if (shared && sharing != nullptr && *sharing != Document("shared")) {
    return Fail(ErrorCode::kInvalidArgument,
                pointer +
                    "/sharing: must be \"shared\": the claim has a share "
                    "of a device");
  }
  return {};
}

// Whether the stage may go on a device that is opened by its path alone: its
// grant would be one for this process's mount namespace.
bool NeedsNode(const Allocation& allocation, const Document& stage) {
  const std::string function = TextIn(stage, "function");
  return std::any_of(allocation.devices.begin(), allocation.devices.end(),
                     [&](const AllocatedDevice& one) {
                       const auto& functions = one.device.functions;
                       return one.in_pipeline && one.device.only_by_path &&
                              std::find(functions.begin(), functions.end(),
                                        function) != functions.end();
                     });
}

Document Confined(const Document& stage, const Document::Array& keys,
                  bool shared) {
  Document::Array select;
  if (const Document* given = stage.Find("select")) select = *given->AsArray();
  select.emplace_back(KeySelector(keys));
  Document confined;
  for (const auto& [key, value] : *stage.AsObject()) {
    if (key != "select" && !(shared && key == "sharing")) {
      confined.Set(key, value);
    }
  }
  // Whatever the policy's default is.
  if (shared) confined.Set("sharing", "shared");
  confined.Set("select", std::move(select));
  return confined;
}

// Those of the pipeline for the devices of its requests.
Result<Document::Array> PipelineStages(const Allocation& allocation,
                                       bool stand_in) {
  Document::Array keys;
  std::set<std::string> seen;
  bool shared = false;
  for (const AllocatedDevice& one : allocation.devices) {
    if (!one.in_pipeline) continue;
    shared = shared || IsShare(one);
    if (seen.insert(one.device.key).second) keys.emplace_back(one.device.key);
  }
  const Document* given = allocation.pipeline->Find("stages");
  if (given == nullptr || given->AsArray() == nullptr) {
    return Fail(ErrorCode::kInvalidArgument,
                "/stages: the claim's pipeline has none");
  }
  Document::Array stages;
  for (const Document& stage : *given->AsArray()) {
    const std::string pointer = "/stages/" + std::to_string(stages.size());
    ACCELD_TRY_VOID(CheckStage(stage, shared, pointer));
    Document confined = Confined(stage, keys, shared);
    if (!stand_in && stage.Find("grant") == nullptr &&
        NeedsNode(allocation, stage)) {
      confined.Set("grant", "none");
    }
    stages.push_back(std::move(confined));
  }
  return stages;
}

// What a stage of the pipeline asks of each device; 0 where it says nothing.
std::int64_t MemoryOf(const Allocation& allocation, const std::string& stage) {
  const Document* stages =
      allocation.pipeline ? allocation.pipeline->Find("stages") : nullptr;
  if (stages == nullptr || stages->AsArray() == nullptr) return 0;
  for (const Document& one : *stages->AsArray()) {
    if (TextIn(one, "name") != stage) continue;
    const auto memory = ParseBytes(TextIn(one, "memory"));
    return memory ? memory->value() : 0;
  }
  return 0;
}

// The parts of a device that the claim has, and what its stages took.
struct Share {
  std::string name;
  std::int64_t instances = 0;
  std::int64_t memory = 0;
  std::int64_t opens = 0;
  std::int64_t bytes = 0;
};

// Of two that are not below zero; the most there is where that is too much.
std::int64_t Sum(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return a > kMost - b ? kMost : a + b;
}

Status CheckShares(const Allocation& allocation,
                   const std::vector<PlacedStage>& stages) {
  std::map<std::string, Share> shares;
  for (const AllocatedDevice& one : allocation.devices) {
    if (!IsShare(one)) continue;
    Share& share = shares[one.device.key];
    share.name = one.device.name;
    share.instances = Sum(share.instances, one.instances);
    share.memory = Sum(share.memory, one.memory);
    // Its own stage asks for just that.
    if (!one.in_pipeline) share.bytes = Sum(share.bytes, one.memory);
  }
  for (const PlacedStage& stage : stages) {
    const auto share = shares.find(stage.device);
    if (share == shares.end()) continue;
    ++share->second.opens;
    share->second.bytes =
        Sum(share->second.bytes, MemoryOf(allocation, stage.stage));
  }
  for (const auto& [key, share] : shares) {
    if (share.opens <= share.instances && share.bytes <= share.memory) continue;
    return Fail(ErrorCode::kUnsatisfiable,
                "the claim's pipeline takes " + std::to_string(share.opens) +
                    " instances and " + std::to_string(share.bytes) +
                    " bytes of '" + share.name +
                    "', of which it was allocated " +
                    std::to_string(share.instances) + " and " +
                    std::to_string(share.memory));
  }
  return {};
}

}  // namespace

Result<Document> PipelineOf(const Allocation& allocation, bool stand_in) {
  Document pipeline = Document::Object{};
  Document::Array stages;
  if (allocation.pipeline) {
    ACCELD_TRY(stages, PipelineStages(allocation, stand_in));
    for (const auto& [key, value] : *allocation.pipeline->AsObject()) {
      if (key != "stages") pipeline.Set(key, value);
    }
  }
  for (std::size_t i = 0; i < allocation.devices.size(); ++i) {
    const AllocatedDevice& one = allocation.devices[i];
    if (one.in_pipeline) continue;
    stages.push_back(StageOf(one, "device-" + std::to_string(i), stand_in));
  }
  pipeline.Set("stages", std::move(stages));
  return pipeline;
}

Document Reserved(const Document& pipeline) {
  Document reserved = Document::Object{};
  for (const auto& [key, value] : *pipeline.AsObject()) {
    if (key != "stages") {
      reserved.Set(key, value);
      continue;
    }
    Document::Array stages;
    for (const Document& stage : *value.AsArray()) {
      Document one = Document::Object{};
      for (const auto& [name, word] : *stage.AsObject()) {
        if (name != "grant") one.Set(name, word);
      }
      one.Set("grant", "none");
      stages.push_back(std::move(one));
    }
    reserved.Set(key, std::move(stages));
  }
  return reserved;
}

Result<std::vector<PlacedStage>> ReadPlacement(const Document& placement) {
  const Document* stages =
      placement.AsObject() == nullptr ? nullptr : placement.Find("stages");
  const auto* list = stages == nullptr ? nullptr : stages->AsArray();
  std::vector<PlacedStage> placed;
  if (list != nullptr) {
    for (const Document& stage : *list) {
      placed.push_back({TextIn(stage, "stage"), TextIn(stage, "device")});
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
  std::set<std::string> unused;
  for (const AllocatedDevice& one : allocation.devices) {
    unused.insert(one.device.key);
  }
  const std::set<std::string> allocated = unused;
  for (const PlacedStage& stage : stages) {
    if (!allocated.contains(stage.device)) {
      return Fail(ErrorCode::kInternal,
                  "stage '" + stage.stage +
                      "' is on a device that the claim was not allocated");
    }
    unused.erase(stage.device);
  }
  for (const AllocatedDevice& one : allocation.devices) {
    if (!unused.contains(one.device.key)) continue;
    return Fail(ErrorCode::kUnsatisfiable,
                "the claim's pipeline leaves its device '" + one.device.name +
                    "' unused");
  }
  return CheckShares(allocation, stages);
}

}  // namespace acceld::dra
