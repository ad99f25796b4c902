// Units as types, with one text form each that is parsed and printed the same.
// Pure values; no threading rule.
//
//   Bytes           "16GiB", "4096B", "1.5GiB", "100MB" (SI and IEC)
//   BytesPerSecond  "8GB/s", "800MiB/s"
//   Nanoseconds     "250ns", "2us", "50ms", "1s"
//   MegaTransfers   "8GT/s", "2.5GT/s" (PCIe per-lane signalling rate)
//   Lanes           "x16"
//   Microwatts      "300W", "1.5kW", "750mW"
//
// Values are not negative and fit an int64_t. A fraction is allowed where the
// product is a whole number of the base unit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/strong.h"

namespace acceld {

struct BytesTag {
  static constexpr bool kQuantity = true;
};
struct BytesPerSecondTag {
  static constexpr bool kQuantity = true;
};
struct NanosecondsTag {
  static constexpr bool kQuantity = true;
};
struct MegaTransfersTag {
  static constexpr bool kQuantity = true;
};
struct LanesTag {
  static constexpr bool kQuantity = true;
};
struct MicrowattsTag {
  static constexpr bool kQuantity = true;
};

using Bytes = Strong<BytesTag>;
using BytesPerSecond = Strong<BytesPerSecondTag>;
using Nanoseconds = Strong<NanosecondsTag>;
using MegaTransfers = Strong<MegaTransfersTag>;  // 1e6 transfers/s per lane
using Lanes = Strong<LanesTag>;
using Microwatts = Strong<MicrowattsTag>;

// Errors of all: kInvalidArgument (the message shows the accepted forms).
[[nodiscard]] Result<Bytes> ParseBytes(std::string_view text);
[[nodiscard]] Result<BytesPerSecond> ParseBytesPerSecond(std::string_view text);
[[nodiscard]] Result<Nanoseconds> ParseNanoseconds(std::string_view text);
[[nodiscard]] Result<MegaTransfers> ParseMegaTransfers(std::string_view text);
[[nodiscard]] Result<Lanes> ParseLanes(std::string_view text);
[[nodiscard]] Result<Microwatts> ParseMicrowatts(std::string_view text);

// Exact: Parse(ToString(x)) == x. Uses the largest unit that gives a whole
// number or at most two decimals without loss.
[[nodiscard]] std::string ToString(Bytes bytes);
[[nodiscard]] std::string ToString(BytesPerSecond rate);
[[nodiscard]] std::string ToString(Nanoseconds time);
[[nodiscard]] std::string ToString(MegaTransfers rate);
[[nodiscard]] std::string ToString(Lanes lanes);
[[nodiscard]] std::string ToString(Microwatts power);

}  // namespace acceld
