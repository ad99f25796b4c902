// A set of opcodes: what a queue was granted for.
#pragma once

#include <cstdint>

#include "api/soft_queue.h"

namespace acceld::soft {

using OpcodeMask = std::uint32_t;  // bit N stands for opcode N

[[nodiscard]] constexpr OpcodeMask MaskOf(api::soft::Opcode opcode) {
  return OpcodeMask{1} << static_cast<unsigned>(opcode);
}

}  // namespace acceld::soft
