// The attributes that selectors of a policy may compare, with their types: a
// rule with a misspelt attribute would protect nothing. Constant tables;
// thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace acceld::policy {

// The alternatives of AttributeValue.
enum class AttributeType {
  kBoolean,
  kInteger,
  kString,
  kStrings,
  kBytes,
  kBytesPerSecond,
  kNanoseconds,
  kMegaTransfers,
  kLanes,
  kMicrowatts,
};
// "bytes", "string list", as docs/attributes.md says it.
[[nodiscard]] std::string_view NameOf(AttributeType type);

struct KnownAttribute {
  std::string_view name;
  AttributeType type{};
  bool is_of_devices = true;  // else of other parts of a machine only
};
using AttributeTable = std::span<const KnownAttribute>;

// What docs/attributes.md lists of vertices; sorted by name.
[[nodiscard]] AttributeTable DeviceAttributes();
// What rules see of a stage that asks: "sharing", "sva", "grant", "count",
// "memory" (absent where it asks for none), "processes", "policy"; sorted.
[[nodiscard]] AttributeTable RequestAttributes();

// Null where there is none.
[[nodiscard]] const KnownAttribute* Find(AttributeTable table,
                                         std::string_view name);
// "; did you mean 'x'?", or nothing.
[[nodiscard]] std::string SuggestionFor(AttributeTable table,
                                        std::string_view name);

}  // namespace acceld::policy
