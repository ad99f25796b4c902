#include "integrations/kubernetes/bundles/device_facts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/document_fields.h"

namespace acceld::kubernetes {
namespace {

DeviceFacts FactsOf(const Document& attributes) {
  const std::string framework = TextIn(attributes, "framework");
  DeviceFacts facts;
  facts.only_by_path = TextIn(attributes, "grant") == "path";
  facts.has_node = framework != "vfio" && framework != "mdev" &&
                   !TextIn(attributes, "node").empty() &&
                   !TextIn(attributes, "device_number").empty();
  return facts;
}

bool IsOpenedByNode(const Document& stage, const Copy& copy,
                    const FactsByDevice& facts, bool prefer_nodes) {
  if (stage.Find("grant") != nullptr) return false;
  const std::string name = TextIn(stage, "name");
  bool all_have_nodes = true;
  bool is_only_way = false;
  for (const Copy::Place& place : copy.places) {
    if (place.stage != name) continue;
    const auto known = facts.find(place.device);
    all_have_nodes &= known != facts.end() && known->second.has_node;
    is_only_way |= known != facts.end() && known->second.only_by_path;
  }
  return is_only_way || (prefer_nodes && all_have_nodes);
}

}  // namespace

Result<FactsByDevice> ReadDeviceFacts(const Document& devices) {
  if (devices.AsArray() == nullptr) {
    return Fail(ErrorCode::kCorruptInput, "acceld lists no devices");
  }
  FactsByDevice facts;
  for (const Document& device : *devices.AsArray()) {
    const Document* attributes = device.Find("Attributes");
    const std::string key = TextIn(device, "Key");
    if (key.empty() || attributes == nullptr) {
      return Fail(ErrorCode::kCorruptInput,
                  "acceld lists a device without its key or attributes");
    }
    facts.emplace(key, FactsOf(*attributes));
  }
  return facts;
}

Document OpenedByNode(const Document& pipeline, const Copy& copy,
                      const FactsByDevice& facts, bool prefer_nodes) {
  Document::Object result;
  for (const auto& [key, value] : *pipeline.AsObject()) {
    if (key != "stages" || value.AsArray() == nullptr) {
      result.emplace_back(key, value);
      continue;
    }
    Document::Array stages(*value.AsArray());
    for (Document& stage : stages) {
      if (IsOpenedByNode(stage, copy, facts, prefer_nodes)) {
        stage.Set("grant", "none");
      }
    }
    result.emplace_back(key, std::move(stages));
  }
  return result;
}

}  // namespace acceld::kubernetes
