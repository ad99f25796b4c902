// ACCELD_CHECK: a broken invariant is a bug and ends the process. Never use it
// on bytes that come from outside (sysfs, JSON, D-Bus, the command line).
#pragma once

namespace acceld {

[[noreturn]] void CheckFailed(const char* condition, const char* file,
                              int line);

}  // namespace acceld

#define ACCELD_CHECK(condition)       \
  ((condition) ? static_cast<void>(0) \
               : ::acceld::CheckFailed(#condition, __FILE__, __LINE__))
