// The table of functions: name in the vocabulary, opcode on the queue, code.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "api/soft_queue.h"
#include "daemon/soft/operation.h"

namespace acceld::soft {

struct FunctionEntry {
  std::string_view name;  // as api/functions.h
  api::soft::Opcode opcode;
  bool has_parameter;  // others want it zero, so that it can get a meaning
  api::soft::CompletionStatus (*run)(Operation&);
};

[[nodiscard]] std::span<const FunctionEntry> FunctionTable();
// Null where no function has it (kBind has none).
[[nodiscard]] const FunctionEntry* FindFunction(std::uint16_t opcode);
[[nodiscard]] const FunctionEntry* FindFunction(std::string_view name);

}  // namespace acceld::soft
