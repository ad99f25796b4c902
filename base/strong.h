// Strong<Tag, Rep>: an integer that only mixes with its own kind. Units
// (base/units.h) and ids (base/ids of each room) are made of it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace acceld {

template <typename Tag, typename Rep = std::int64_t>
class Strong {
 public:
  using Representation = Rep;
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
  Rep value_ = 0;
};

// Sum and difference exist for quantities only: a tag that declares
// `static constexpr bool kQuantity = true`.
template <typename Tag, typename Rep>
requires(Tag::kQuantity) constexpr Strong<Tag, Rep> operator+(
    Strong<Tag, Rep> a, Strong<Tag, Rep> b) {
  return Strong<Tag, Rep>(a.value() + b.value());
}

template <typename Tag, typename Rep>
requires(Tag::kQuantity) constexpr Strong<Tag, Rep> operator-(
    Strong<Tag, Rep> a, Strong<Tag, Rep> b) {
  return Strong<Tag, Rep>(a.value() - b.value());
}

}  // namespace acceld

template <typename Tag, typename Rep>
struct std::hash<acceld::Strong<Tag, Rep>> {
  std::size_t operator()(acceld::Strong<Tag, Rep> strong) const noexcept {
    return std::hash<Rep>{}(strong.value());
  }
};
