// Over: the bound of the policy that is in the way of more. A value.
#pragma once

#include <string>

namespace acceld::accounting {

struct Over {
  // Of the policy: "20-lab.json#/quotas/0"; kLimits: those of every user.
  std::string entry;
  std::string device;  // key of the first that it counts; empty: none
  std::string text;    // which bound, how much is held, how much is allowed
};

inline constexpr const char* kLimits = "limits";

}  // namespace acceld::accounting
