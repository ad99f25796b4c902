#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace acceld {
namespace {

struct Decoded {
  std::size_t length = 0;  // 0: not well-formed here
  std::uint32_t code_point = 0;
};

Decoded DecodeAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(text[i]);
  };
  const std::uint32_t lead = byte(at);
  if (lead < 0x80) return {1, lead};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > text.size()) return {};
  std::uint32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return {};
    code = (code << 6) | (byte(at + i) & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[length] || code > 0x10ffff || surrogate) return {};
  return {length, code};
}

// What turns the text around it, is not seen or breaks the line: a name with
// one reads as another. Source: Unicode 15, Bidi_Control; TR 36.
bool Misleads(std::uint32_t code) {
  return code == 0x061c || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x2069) || code == 0xfeff;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = DecodeAt(text, at);
    if (decoded.length == 0) return false;
    at += decoded.length;
  }
  return true;
}

std::string Printable(std::string_view text, std::size_t limit) {
  std::string safe;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = DecodeAt(text, at);
    const std::uint32_t code = decoded.code_point;
    const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const bool keep = decoded.length != 0 && !control && !Misleads(code);
    if (safe.size() + std::max<std::size_t>(decoded.length, 1) > limit) {
      return safe;
    }
    safe.append(keep ? text.substr(at, decoded.length) : "?");
    at += std::max<std::size_t>(decoded.length, 1);
  }
  return safe;
}

}  // namespace acceld
