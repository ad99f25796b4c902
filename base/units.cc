#include "base/units.h"

#include <array>
#include <charconv>
#include <limits>
#include <span>

#include "base/utf8.h"

namespace acceld {
namespace {

// digits x factor may need more than 64 bits where the quotient does not.
__extension__ using Wide = __int128;

struct Suffix {
  std::string_view name;
  std::int64_t factor;  // in the base unit
};

constexpr std::int64_t kKi = 1024;
constexpr std::int64_t kSi = 1000;

// In the order of printing, which takes the first that fits.
constexpr std::array<Suffix, 13> kByteSuffixes{{
    {"EiB", kKi* kKi* kKi* kKi* kKi* kKi},
    {"PiB", kKi* kKi* kKi* kKi* kKi},
    {"PB", kSi* kSi* kSi* kSi* kSi},
    {"TiB", kKi* kKi* kKi* kKi},
    {"TB", kSi* kSi* kSi* kSi},
    {"GiB", kKi* kKi* kKi},
    {"GB", kSi* kSi* kSi},
    {"MiB", kKi* kKi},
    {"MB", kSi* kSi},
    {"KiB", kKi},
    {"kB", kSi},
    {"KB", kSi},
    {"B", 1},
}};

constexpr std::array<Suffix, 11> kRateSuffixes{{
    {"TB/s", kSi* kSi* kSi* kSi},
    {"TiB/s", kKi* kKi* kKi* kKi},
    {"GB/s", kSi* kSi* kSi},
    {"GiB/s", kKi* kKi* kKi},
    {"MB/s", kSi* kSi},
    {"MiB/s", kKi* kKi},
    {"kB/s", kSi},
    {"KB/s", kSi},
    {"KiB/s", kKi},
    {"B/s", 1},
    {"PB/s", kSi* kSi* kSi* kSi* kSi},
}};

constexpr std::array<Suffix, 4> kTimeSuffixes{{
    {"s", kSi* kSi* kSi},
    {"ms", kSi* kSi},
    {"us", kSi},
    {"ns", 1},
}};

constexpr std::array<Suffix, 2> kTransferSuffixes{{
    {"GT/s", kSi},
    {"MT/s", 1},
}};

constexpr std::array<Suffix, 4> kPowerSuffixes{{
    {"kW", kSi* kSi* kSi},
    {"W", kSi* kSi},
    {"mW", kSi},
    {"uW", 1},
}};

constexpr int kMaxFractionDigits = 6;

struct Number {
  std::int64_t digits = 0;  // the number without its decimal point
  std::int64_t scale = 1;   // 10^(digits after the point)
  std::string_view rest;    // what follows the number
};

Result<Number> ParseNumber(std::string_view text) {
  Number number;
  const char* end = text.data() + text.size();
  auto whole = std::from_chars(text.data(), end, number.digits);
  if (whole.ec != std::errc() || text.front() == '-') {
    return Fail(ErrorCode::kInvalidArgument, "no number");
  }
  const char* at = whole.ptr;
  if (at != end && *at == '.') {
    const char* first = ++at;
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
      if (at - first >= kMaxFractionDigits ||
          number.digits > std::numeric_limits<std::int64_t>::max() / 16) {
        return Fail(ErrorCode::kInvalidArgument, "too many digits");
      }
      number.digits = number.digits * 10 + (*at - '0');
      number.scale *= 10;
    }
    if (at == first) return Fail(ErrorCode::kInvalidArgument, "no fraction");
  }
  number.rest = std::string_view(at, static_cast<std::size_t>(end - at));
  if (!number.rest.empty() && number.rest.front() == ' ') {
    number.rest.remove_prefix(1);
  }
  return number;
}

Result<std::int64_t> Scale(const Number& number, std::int64_t factor) {
  const Wide product = Wide{number.digits} * factor;
  if (product % number.scale != 0) {
    return Fail(ErrorCode::kInvalidArgument, "not a whole number");
  }
  const Wide quotient = product / number.scale;
  if (quotient > std::numeric_limits<std::int64_t>::max()) {
    return Fail(ErrorCode::kInvalidArgument, "too large");
  }
  return static_cast<std::int64_t>(quotient);
}

Result<std::int64_t> ParseQuantity(std::string_view text,
                                   std::span<const Suffix> suffixes,
                                   std::string_view example) {
  auto explain = [&](std::string_view why) {
    std::string message("'");
    message.append(Printable(text, 40)).append("' is not a quantity (");
    message.append(why).append("); write it like ").append(example);
    return Fail(ErrorCode::kInvalidArgument, std::move(message));
  };
  auto number = ParseNumber(text);
  if (!number) return explain(number.error().message);
  for (const Suffix& suffix : suffixes) {
    if (number->rest != suffix.name) continue;
    auto scaled = Scale(*number, suffix.factor);
    if (!scaled) return explain(scaled.error().message);
    return *scaled;
  }
  return explain("unknown unit");
}

// Two decimals at most, and only where nothing is lost.
std::string Print(std::int64_t value, std::span<const Suffix> suffixes) {
  // No quantity is negative, but the difference of two may be; it must not
  // look like nothing.
  if (value < 0) return std::to_string(value).append(suffixes.back().name);
  for (const Suffix& suffix : suffixes) {
    if (value < suffix.factor) continue;
    const std::int64_t whole = value / suffix.factor;
    const std::int64_t part = value % suffix.factor;
    std::int64_t hundredths = 0;
    if (__builtin_mul_overflow(part, 100, &hundredths)) continue;
    if (hundredths % suffix.factor != 0) continue;
    hundredths /= suffix.factor;
    std::string text = std::to_string(whole);
    if (hundredths != 0) {
      text.push_back('.');
      text.push_back(static_cast<char>('0' + hundredths / 10));
      if (hundredths % 10 != 0) {
        text.push_back(static_cast<char>('0' + hundredths % 10));
      }
    }
    return text.append(suffix.name);
  }
  return std::string("0").append(suffixes.back().name);
}

template <typename Unit>
Result<Unit> Wrap(Result<std::int64_t> value) {
  if (!value) return Fail(std::move(value.error()));
  return Unit(*value);
}

}  // namespace

Result<Bytes> ParseBytes(std::string_view text) {
  return Wrap<Bytes>(
      ParseQuantity(text, kByteSuffixes, "4096B, 64KiB, 100MB or 16GiB"));
}

Result<BytesPerSecond> ParseBytesPerSecond(std::string_view text) {
  return Wrap<BytesPerSecond>(
      ParseQuantity(text, kRateSuffixes, "500MB/s, 8GB/s or 1.5GiB/s"));
}

Result<Nanoseconds> ParseNanoseconds(std::string_view text) {
  return Wrap<Nanoseconds>(
      ParseQuantity(text, kTimeSuffixes, "250ns, 2us, 50ms or 1s"));
}

Result<MegaTransfers> ParseMegaTransfers(std::string_view text) {
  return Wrap<MegaTransfers>(
      ParseQuantity(text, kTransferSuffixes, "2.5GT/s or 16GT/s"));
}

Result<Lanes> ParseLanes(std::string_view text) {
  std::int64_t lanes = 0;
  const char* end = text.data() + text.size();
  if (!text.empty() && text.front() == 'x') {
    auto parsed = std::from_chars(text.data() + 1, end, lanes);
    if (parsed.ec == std::errc() && parsed.ptr == end && lanes >= 0 &&
        lanes <= 64) {
      return Lanes(lanes);
    }
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      "'" + Printable(text, 40) + "' is not a link width; write it like x16");
}

Result<Microwatts> ParseMicrowatts(std::string_view text) {
  return Wrap<Microwatts>(
      ParseQuantity(text, kPowerSuffixes, "300W, 1.5kW or 750mW"));
}

std::string ToString(Bytes bytes) {
  return Print(bytes.value(), kByteSuffixes);
}

std::string ToString(BytesPerSecond rate) {
  // PB/s stands last so that everyday rates print in TB/s and below.
  return Print(rate.value(), std::span(kRateSuffixes).first(10));
}

std::string ToString(Nanoseconds time) {
  return Print(time.value(), kTimeSuffixes);
}

std::string ToString(MegaTransfers rate) {
  return Print(rate.value(), kTransferSuffixes);
}

std::string ToString(Lanes lanes) {
  return "x" + std::to_string(lanes.value());
}

std::string ToString(Microwatts power) {
  return Print(power.value(), kPowerSuffixes);
}

}  // namespace acceld
