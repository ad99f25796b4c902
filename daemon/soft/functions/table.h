// The code behind each opcode, for workers.
#pragma once

#include <cstdint>

#include "api/soft_queue.h"
#include "daemon/soft/operation.h"

namespace acceld::soft {

struct FunctionEntry {
  api::soft::Opcode opcode;
  bool has_parameter;  // others want it zero, so that it can get a meaning
  api::soft::CompletionStatus (*run)(Operation&);
};

// Null where no function has it (kBind has none).
[[nodiscard]] const FunctionEntry* FindFunction(std::uint16_t opcode);

}  // namespace acceld::soft
