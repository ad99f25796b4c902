// One policy document as it was read. A value; no threading rule.
#pragma once

#include <string>

namespace acceld::policy {

struct PolicySource {
  std::string name;  // "20-lab.json"; used in verdicts and messages
  std::string text;  // JSON
};

}  // namespace acceld::policy
