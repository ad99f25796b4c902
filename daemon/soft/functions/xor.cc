#include <array>

#include "daemon/soft/functions/functions.h"
#include "daemon/soft/functions/move_chunks.h"

namespace acceld::soft {

api::soft::CompletionStatus TransformXor(Operation& operation) {
  // Bytes of the key in memory order whatever the machine's; the loop below is
  // one that the compiler turns into vector instructions.
  std::array<std::byte, 8> key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] =
        static_cast<std::byte>(operation.descriptor().parameter >> (8 * i));
  }
  static_assert(Workspace::kChunk % key.size() == 0, "chunks keep the phase");
  return MoveChunks(operation, [&key](std::span<std::byte> chunk) {
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      chunk[i] ^= key[i % key.size()];
    }
  });
}

}  // namespace acceld::soft
