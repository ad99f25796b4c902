#include "integrations/kubernetes/dra/device_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace acceld::dra {
namespace {

constexpr std::size_t kLongestIdentifier = 32;
constexpr std::size_t kLongestLabelValue = 63;
// Source: kubernetes/api resource/v1/types.go, DeviceAttributeMaxValueLength.
constexpr std::size_t kLongestValue = 64;
constexpr std::size_t kDigestLength = 8;

// ASCII only, whatever the locale.
bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// FNV-1a: the same everywhere and always, which names must be.
std::string Digest(std::string_view text) {
  std::uint32_t sum = 2166136261U;
  for (const char c : text) {
    sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digest(kDigestLength, '0');
  for (auto digit = digest.rbegin(); digit != digest.rend(); ++digit) {
    *digit = kDigits[sum & 0xfU];
    sum >>= 4U;
  }
  return digest;
}

std::string Trimmed(std::string text) {
  while (!text.empty() && !IsAlphanumeric(text.back())) text.pop_back();
  const auto first = std::find_if(text.begin(), text.end(), IsAlphanumeric);
  text.erase(text.begin(), first);
  return text;
}

// At most `limit` bytes, cut between characters of UTF-8.
std::string Cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  // Back to the first byte of the character that would be cut.
  while (limit > 0 &&
         (static_cast<unsigned char>(text[limit]) & 0xc0U) == 0x80U) {
    --limit;
  }
  return std::string(text.substr(0, limit));
}

// `text` where it is short enough, else its beginning, `joint` and a digest of
// `whole`.
std::string Shortened(std::string text, std::size_t limit, char joint,
                      std::string_view whole) {
  if (text.size() <= limit) return text;
  text = Cut(text, limit - kDigestLength - 1);
  text.push_back(joint);
  return text + Digest(whole);
}

std::string NameOf(const MachineDevice& device) {
  const std::string own(device.short_name());
  const auto function = device.String("place_function");
  if (!function) return own;
  const bool is_engine = device.key().starts_with("engine:");
  const std::size_t colon = function->find(':');
  return "pci-" + function->substr(colon + 1) + "-" +
         (is_engine ? own : device.String("framework").value_or(own));
}

}  // namespace

std::string DnsLabel(std::string_view text, std::size_t limit) {
  std::string label;
  for (const char c : text) label.push_back(IsAlphanumeric(c) ? Lower(c) : '-');
  label = Trimmed(std::move(label));
  if (label.empty()) return "x" + Digest(text);
  return Shortened(std::move(label), limit, '-', text);
}

std::string Identifier(std::string_view text) {
  std::string identifier;
  for (const char c : text) identifier.push_back(IsAlphanumeric(c) ? c : '_');
  if (identifier.empty() || (identifier[0] >= '0' && identifier[0] <= '9')) {
    identifier.insert(0, "_");
  }
  return Shortened(std::move(identifier), kLongestIdentifier, '_', text);
}

std::string LabelValue(std::string_view text) {
  std::string value;
  for (const char c : text) {
    const bool is_fine = IsAlphanumeric(c) || c == '.' || c == '_';
    value.push_back(is_fine ? c : '-');
  }
  value.resize(std::min(value.size(), kLongestLabelValue));
  return Trimmed(std::move(value));
}

std::string AttributeText(std::string_view text) {
  return Cut(text, kLongestValue);
}

std::string AttributeKey(std::string_view key) {
  return Shortened(std::string(key), kLongestValue, '-', key);
}

std::vector<std::string> NameDevices(
    const std::vector<MachineDevice>& devices) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const MachineDevice& device : devices) {
    const std::string wanted = NameOf(device);
    std::string name = DnsLabel(wanted);
    // Keys are in order, so the same machine gives the same numbers.
    while (++seen[name] > 1) {
      name = DnsLabel(wanted + "-" + std::to_string(seen[name]));
    }
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace acceld::dra
