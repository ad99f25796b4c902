// Task: one problem to be measured, with acceld's own solver behind it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "bench/placement/instance.h"
#include "bench/placement/measured.h"

namespace acceld::bench {

class Task {
 public:
  virtual ~Task() = default;
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual std::size_t devices() const = 0;
  // Those that some stage may use.
  [[nodiscard]] virtual std::size_t free() const = 0;
  // What other solvers read; empty where there is no such file.
  [[nodiscard]] virtual const std::string& file() const = 0;
  // Null where the problem is not one of such numbers.
  [[nodiscard]] virtual const Instance* instance() const = 0;
  // One run: all that is done for a request, from nothing but the problem.
  [[nodiscard]] virtual Measured Solve(const Effort& effort) const = 0;
};

// A pqap or QAPLIB file (instance.h). Errors: kNotFound, kCorruptInput.
[[nodiscard]] Result<std::unique_ptr<Task>> OpenInstance(
    const std::string& file);

// A pipeline on a described machine that nobody uses, as root would ask.
// Errors: kInvalidArgument with what is wrong, kNotFound, kIo.
[[nodiscard]] Result<std::unique_ptr<Task>> OpenPipeline(
    const std::string& host, const std::string& pipeline);

}  // namespace acceld::bench
