// Choices: bytes for Dice from RapidCheck. A case that breaks a property is
// shrunk by leaving bytes out and making them smaller; the bytes that
// RapidCheck prints are the case: Dice(std::vector<std::uint8_t>{...}). Tests
// only.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <vector>

#include "tests/support/dice.h"

namespace acceld::testing {

// Up to `most` bytes. Call it within rc::check.
inline Dice DrawDice(int most) {
  using Bytes = std::vector<std::uint8_t>;
  // RapidCheck's size is both how long containers are and how large numbers.
  const auto bytes =
      rc::gen::container<Bytes>(rc::gen::arbitrary<std::uint8_t>());
  return Dice(*rc::gen::resize(most, bytes));
}

}  // namespace acceld::testing
