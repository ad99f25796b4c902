// The vocabulary of functions: what can be asked for, whatever the framework.
// docs/functions.md explains each (a test compares the two).
#pragma once

#include <span>
#include <string_view>

namespace acceld::api {

struct Function {
  std::string_view name;  // "compress/deflate"
  std::string_view what;  // one line for people
};

[[nodiscard]] std::span<const Function> Functions();

// Whether `name` is in the vocabulary. Open families: "fpga/" + UUID or name,
// "compress/", "decompress/", "digest/", "checksum/", "cipher/", "transform/"
// + algorithm are known only as listed; "fpga/..." is open.
[[nodiscard]] bool IsFunction(std::string_view name);

}  // namespace acceld::api
