#include "placement/boards.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "placement/device_view.h"

namespace acceld::placement {

using graph::VertexId;

std::vector<Board> FindFreeBoards(const graph::Topology& topology,
                                  const Accelerators& accelerators) {
  std::map<VertexId, Board> by_part;
  for (const VertexId accelerator : accelerators.All()) {
    const DeviceView device(topology, accelerator);
    for (const VertexId part : device.chain()) {
      const AttributeValue* value = topology.vertex(part).Get(attr::kPower);
      const auto* power =
          value == nullptr ? nullptr : std::get_if<Microwatts>(value);
      if (power == nullptr) continue;
      Board& board =
          by_part.try_emplace(part, Board{part, *power, {}}).first->second;
      board.accelerators.push_back(accelerator);
      break;  // the nearest says it
    }
  }
  std::vector<Board> boards;
  for (auto& [part, board] : by_part) {
    const bool is_free =
        std::all_of(board.accelerators.begin(), board.accelerators.end(),
                    [&](VertexId one) { return accelerators.IsFree(one); });
    if (is_free) boards.push_back(std::move(board));
  }
  return boards;
}

}  // namespace acceld::placement
