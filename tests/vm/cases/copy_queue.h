// The queues of the test accelerators, uacce_edu and cuse_accelerator, as a
// client uses them. Errors are texts, "" where there is none: this runs in
// user processes.
#pragma once

#include <cstddef>
#include <string>

#include "tests/vm/uacce_edu/copy_queue.h"

namespace acceld::vm {

// An open queue, borrowed, that was started.
class CopyQueue {
 public:
  explicit CopyQueue(int device) : device_(device) {}

  // 0, or the errno that the device answers.
  [[nodiscard]] int Copy(const void* source, void* destination,
                         std::size_t size) const;
  // Whom it is bound to; all zero where it does not say.
  [[nodiscard]] copy_queue_owner Owner() const;

 private:
  int device_;
};

// That the queue copies in this process's memory.
[[nodiscard]] std::string CheckCopies(int device);
// That, and that it says that it is bound to this process.
[[nodiscard]] std::string CheckQueue(int device);

}  // namespace acceld::vm
