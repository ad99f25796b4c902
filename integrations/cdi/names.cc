#include "integrations/cdi/names.h"

#include <algorithm>

#include "base/check.h"

namespace acceld::cdi {
namespace {

constexpr std::string_view kKindMarks = "_-.";
constexpr std::string_view kNameMarks = "_-.:";

// Of ASCII alone, whatever the locale.
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsAlphanumeric(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

bool Consists(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return IsAlphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

bool IsKindPart(std::string_view text) {
  return !text.empty() && IsLetter(text.front()) &&
         IsAlphanumeric(text.back()) && Consists(text, kKindMarks);
}

// `text` with what `marks` and letters and digits are not replaced by '-', and
// without marks at its ends.
std::string Replace(std::string_view text, std::string_view marks) {
  std::string name(text);
  for (char& c : name) {
    if (!IsAlphanumeric(c) && marks.find(c) == std::string_view::npos) c = '-';
  }
  const auto first = std::find_if(name.begin(), name.end(), IsAlphanumeric);
  name.erase(name.begin(), first);
  while (!name.empty() && !IsAlphanumeric(name.back())) name.pop_back();
  return name;
}

}  // namespace

bool IsVendor(std::string_view text) { return IsKindPart(text); }
bool IsClass(std::string_view text) { return IsKindPart(text); }

bool IsDeviceName(std::string_view text) {
  return !text.empty() && IsAlphanumeric(text.front()) &&
         IsAlphanumeric(text.back()) && Consists(text, kNameMarks);
}

std::string KindOf(std::string_view vendor, std::string_view device_class) {
  ACCELD_CHECK(IsVendor(vendor) && IsClass(device_class));
  return std::string(vendor).append("/").append(device_class);
}

std::string QualifiedName(std::string_view kind, std::string_view name) {
  return std::string(kind).append("=").append(name);
}

std::string DeviceNameFrom(std::string_view text) {
  std::string name = Replace(text, kNameMarks);
  return name.empty() ? "x" : name;
}

std::string ClassFrom(std::string_view text) {
  std::string name = Replace(text, "-");
  return name.empty() || !IsLetter(name.front()) ? "x" + name : name;
}

std::string FileNameOf(std::string_view vendor, std::string_view device_class,
                       std::string_view id) {
  ACCELD_CHECK(IsVendor(vendor) && IsClass(device_class));
  std::string name = std::string(vendor).append("-").append(device_class);
  if (!id.empty()) name.append("_").append(DeviceNameFrom(id));
  // What may stand in a name, and is awkward in that of a file.
  std::replace(name.begin(), name.end(), ':', '-');
  return name + ".json";
}

}  // namespace acceld::cdi
