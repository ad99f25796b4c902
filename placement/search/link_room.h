// LinkRoom: what a partial placement leaves of each link, and which values of
// what is open would overload one. Part of State, only where links can run out.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "placement/problem.h"

namespace acceld::placement {

class LinkRoom {
 public:
  // Requires: problem.loads.
  explicit LinkRoom(const Problem& problem);

  // The next replica of `c` is at `value`. `chosen`: by class, then replica,
  // the values before. Requires: it overloads nothing.
  void Choose(std::size_t c, std::size_t value,
              const std::vector<std::vector<std::size_t>>& chosen);
  // Takes the last choice back.
  void Undo();
  // After Choose(): forbids in `costs`, by class, then value, what would
  // overload a link together with all of `chosen`.
  void Forbid(const std::vector<std::vector<std::size_t>>& chosen,
              std::vector<std::vector<Cost>>& costs);

 private:
  struct Level {
    std::vector<std::int64_t> left;  // by lane; lanes found later are empty
    std::int64_t pending = 0;        // traffic not yet on any link
  };
  // What one more variable of the class at the value would put on each lane.
  void Gather(std::size_t c, std::size_t value,
              const std::vector<std::vector<std::size_t>>& chosen);
  [[nodiscard]] std::int64_t Left(std::size_t lane) const;
  // Whether all that is pending has room even on the narrowest lane.
  [[nodiscard]] bool IsAmple() const;

  const Problem& problem_;
  const LinkLoads& loads_;
  std::vector<Level> levels_;  // by depth
  std::size_t depth_ = 0;
  std::vector<std::int64_t> added_;     // by lane; of the value at hand
  std::vector<std::uint32_t> touched_;  // lanes with something added
};

// Whether a whole placement overloads no link. `values`: by class, then
// replica. Requires: problem.loads.
[[nodiscard]] bool FitsLinks(
    const Problem& problem,
    const std::vector<std::vector<std::size_t>>& values);

}  // namespace acceld::placement
