#include "placement/stage_view.h"

#include <string>

namespace acceld::placement {
namespace {

std::string NameOf(SvaNeed need) {
  switch (need) {
    case SvaNeed::kAny:
      return "any";
    case SvaNeed::kPreferred:
      return "preferred";
    case SvaNeed::kRequired:
      return "required";
  }
  return {};
}

std::string NameOf(GrantNeed need) {
  switch (need) {
    case GrantNeed::kAny:
      return "any";
    case GrantNeed::kPath:
      return "path";
    case GrantNeed::kNone:
      return "none";
  }
  return {};
}

std::optional<AttributeValue> MemoryOf(const Stage& stage) {
  if (!stage.memory) return std::nullopt;
  return *stage.memory;
}

}  // namespace

StageView::StageView(const Request& request, const Stage& stage)
    : attributes_{{
          {"sharing",
           std::string(stage.sharing == Sharing::kExclusive ? "exclusive"
                                                            : "shared")},
          {"sva", NameOf(stage.sva)},
          {"grant", NameOf(stage.grant)},
          {"count", stage.count},
          {"memory", MemoryOf(stage)},
          {"processes", request.client.processes},
          {"policy", request.policy},
      }} {}

const AttributeValue* StageView::Get(std::string_view name) const {
  for (const Named& one : attributes_) {
    if (one.name == name) return one.value ? &*one.value : nullptr;
  }
  return nullptr;
}

}  // namespace acceld::placement
