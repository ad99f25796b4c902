// StageView: what rules of a policy see of a stage that asks for a device
// (docs/policy.md, "request"). A light value; valid as long as the request.
// Thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/attribute.h"
#include "placement/request.h"

namespace acceld::placement {

class StageView final : public AttributeView {
 public:
  StageView(const Request& request, const Stage& stage);

  // "sharing", "sva", "grant", "count", "memory" (absent where the stage asks
  // for none), "processes" and "policy".
  [[nodiscard]] const AttributeValue* Get(std::string_view name) const override;

 private:
  struct Named {
    std::string_view name;
    std::optional<AttributeValue> value;
  };
  std::array<Named, 7> attributes_;
};

}  // namespace acceld::placement
