// Phrases: the words of a picture, each with the tone in which it is printed.
// Value types and pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/parts.h"

namespace acceld::graph::exports {

enum class Tone {
  kPlain,
  kFaint,    // identities: addresses, group numbers
  kWarning,  // a degraded link, a memory that several share
  kBad,      // failed
};

struct Phrase {
  std::string text;
  Tone tone = Tone::kPlain;
  // Between otherwise equal siblings this may differ, and they fold.
  bool is_identity = false;
};

struct Wording {
  std::string title;
  std::vector<Phrase> phrases;
};

// "pci:0000:3a:00.0" -> "3a:00.0": the name without its kind and domain 0.
[[nodiscard]] std::string ShortName(const Vertex& vertex);

// The attribute for people, with its mark; "" where it is not known.
[[nodiscard]] std::string AttributeText(const Vertex& vertex,
                                        std::string_view name);

}  // namespace acceld::graph::exports
