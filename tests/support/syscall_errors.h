// Which system calls a test lets fail, and how the kernel may have them fail.
#pragma once

#include <span>
#include <string>

namespace acceld::testing {

// The errnos that the call `number` is made to fail with, one after another;
// empty: it is not made to fail (it cannot, or no program can go on).
// Source: the ERRORS section of each call in section 2 of the manual.
[[nodiscard]] std::span<const int> ErrorsOf(long number);

// Whether the call does its work though it says that it failed: close(2).
[[nodiscard]] bool WorksThoughItFails(long number);

// "openat"; "system call 463" of one that ErrorsOf() does not know by name.
[[nodiscard]] std::string CallName(long number);

}  // namespace acceld::testing
