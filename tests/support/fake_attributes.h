// FakeAttributes: an AttributeView that a test fills by hand.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/attribute.h"

namespace acceld::testing {

class FakeAttributes final : public AttributeView {
 public:
  FakeAttributes() = default;
  FakeAttributes(
      std::initializer_list<std::pair<const std::string, AttributeValue>> all)
      : all_(all) {}

  [[nodiscard]] const AttributeValue* Get(
      std::string_view name) const override {
    const auto found = all_.find(name);
    return found == all_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, AttributeValue, std::less<>> all_;
};

}  // namespace acceld::testing
