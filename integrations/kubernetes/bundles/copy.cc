#include "integrations/kubernetes/bundles/copy.h"

#include <charconv>
#include <set>
#include <string_view>
#include <utility>

#include "base/document_fields.h"

namespace acceld::kubernetes {
namespace {

constexpr std::string_view kNuma = "numa:";

Error NotAPlacement(const char* what) {
  return {ErrorCode::kCorruptInput,
          std::string("acceld's answer is no placement: ") + what, 0};
}

// "numa:1"; a device whose node is not known has none.
void AddNode(const std::string* key, std::set<std::int64_t>& nodes) {
  if (key == nullptr || !key->starts_with(kNuma)) return;
  std::int64_t node = 0;
  const char* end = key->data() + key->size();
  const auto parsed = std::from_chars(key->data() + kNuma.size(), end, node);
  if (parsed.ec == std::errc() && parsed.ptr == end) nodes.insert(node);
}

// The stage, matching only the devices that `copy` has for it.
Document PinnedStage(const Document& stage, const Copy& copy) {
  const std::string* name = FindText(stage, "name");
  std::set<std::string> keys;
  for (const Copy::Place& place : copy.places) {
    if (name != nullptr && place.stage == *name) keys.insert(place.device);
  }
  Document::Array devices(keys.begin(), keys.end());
  Document::Array select;
  Document::Object pinned;
  for (const auto& [key, value] : *stage.AsObject()) {
    if (key != "select") {
      pinned.emplace_back(key, value);
    } else if (value.AsArray() != nullptr) {
      select = *value.AsArray();
    }
  }
  select.push_back(
      Document::Object{{"attribute", "key"}, {"in", std::move(devices)}});
  pinned.emplace_back("select", std::move(select));
  return pinned;
}

}  // namespace

Result<Copy> ParseCopy(const Document& placement) {
  const Document* stages = placement.Find("stages");
  if (stages == nullptr || stages->AsArray() == nullptr ||
      stages->AsArray()->empty()) {
    return Fail(NotAPlacement("no stages"));
  }
  Copy copy;
  std::set<std::int64_t> nodes;
  for (const Document& stage : *stages->AsArray()) {
    const std::string* name = FindText(stage, "stage");
    const std::string* device = FindText(stage, "device");
    if (name == nullptr || device == nullptr) {
      return Fail(NotAPlacement("a stage without a device"));
    }
    const Document* replica = stage.Find("replica");
    const auto* number = replica == nullptr ? nullptr : replica->AsInteger();
    copy.places.push_back({*name, number == nullptr ? 0 : *number, *device});
    AddNode(FindText(stage, "numa"), nodes);
  }
  copy.nodes.assign(nodes.begin(), nodes.end());
  const Document* total = placement.Find("total");
  if (total != nullptr && total->AsInteger() != nullptr) {
    copy.cost = *total->AsInteger();
  }
  return copy;
}

Result<std::vector<Copy>> ParseCopies(const Document& copies) {
  if (copies.AsArray() == nullptr) return Fail(NotAPlacement("no copies"));
  std::vector<Copy> list;
  for (const Document& one : *copies.AsArray()) {
    ACCELD_TRY(Copy copy, ParseCopy(one));
    list.push_back(std::move(copy));
  }
  return list;
}

Document Pinned(const Document& pipeline, const Copy& copy) {
  Document::Object pinned;
  for (const auto& [key, value] : *pipeline.AsObject()) {
    if (key != "stages" || value.AsArray() == nullptr) {
      pinned.emplace_back(key, value);
      continue;
    }
    Document::Array stages;
    for (const Document& stage : *value.AsArray()) {
      stages.push_back(PinnedStage(stage, copy));
    }
    pinned.emplace_back("stages", std::move(stages));
  }
  return pinned;
}

}  // namespace acceld::kubernetes
