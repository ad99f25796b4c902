#include "daemon/soft/functions/functions.h"
#include "daemon/soft/functions/move_chunks.h"

namespace acceld::soft {

api::soft::CompletionStatus Copy(Operation& operation) {
  return MoveChunks(operation, [](std::span<std::byte>) {});
}

}  // namespace acceld::soft
