// Runs a piece of a test as another user, in a process of its own. Needs root.
#pragma once

#include <sys/types.h>

#include <functional>

namespace acceld::testing {

// A user that no system has.
inline constexpr uid_t kStranger = 12345;

// Calls `body` in a child with that user and group, no other groups and no
// capabilities. What it returns (0..127, such as an errno) is returned; -1
// where the child could not be made or did not return.
[[nodiscard]] int RunAs(uid_t user, const std::function<int()>& body);

// The process is ended, and waited for, with the object.
class Background {
 public:
  // As RunAs; does not wait for `body`, which ends by pause(2) or so.
  // Returns once `body` called the function it is given.
  using Body = std::function<void(const std::function<void()>& ready)>;
  Background(uid_t user, const Body& body);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace acceld::testing
