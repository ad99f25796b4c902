// What is recorded beside what the probes read: files that other readers of a
// recorded tree need (hwloc, lspci, numactl), and what a later probe of this
// project may.
//
// The list is one of files that may be read, never of files that may not: each
// is an attribute whose ABI document says what it holds. None of them blocks,
// wakes a device or changes anything when it is read; none holds a serial
// number, an address or a name that somebody chose
// (probes/recording/redaction.h looks at them all the same).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "base/sys_root.h"

namespace acceld::recording {

// One directory, or all that match where a part is a pattern, and what is read
// in each. `names`, separated by spaces: "size" is a file, "driver@" a link; a
// part of either may be a pattern. "*" in a pattern stands for any characters,
// "#" for a decimal number.
struct Extra {
  std::string_view directory;
  std::string_view names;
  std::string_view reader;  // who needs it, for people
};

// docs/recorded-machines.md has a row for each.
[[nodiscard]] std::span<const Extra> AllExtras();

// Reads all of them through `root`, whose observer learns of them; directories
// are looked through in `listing`, the same tree, not observed. What is not
// there is passed over. `step` is called before each.
void ReadExtras(const SysRoot& listing, const SysRoot& root,
                const std::function<void()>& step);

// Whether `name` matches a pattern of the form above. Pure.
[[nodiscard]] bool Matches(std::string_view pattern, std::string_view name);

}  // namespace acceld::recording
