// What the functions of software accelerators are called, and by which opcode
// a queue does them. Apart from the code (table.h), which the daemon never
// runs: it would have the libraries of all functions in memory for nothing.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/soft_queue.h"

namespace acceld::soft {

struct FunctionName {
  std::string_view name;  // as api/functions.h
  api::soft::Opcode opcode;
};

[[nodiscard]] std::span<const FunctionName> FunctionNames();
// Nothing where no software accelerator does it.
[[nodiscard]] std::optional<api::soft::Opcode> OpcodeOf(std::string_view name);

}  // namespace acceld::soft
