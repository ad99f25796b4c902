// What is asked of everything that is made by system calls, when each of them
// has failed once (syscall_faults.h). Tests only.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "tests/support/syscall_faults.h"

namespace acceld::testing {

// Makes a T by `make` with one call failing: either it is made all the same, or
// the error fits the call (`also`: codes that fit besides). Once it is gone
// again nothing is left of it, and a second attempt succeeds and leaves nothing
// either.
template <typename T>
[[nodiscard]] std::string CheckAttempt(
    FaultedRun& run, const std::function<Result<T>()>& make,
    std::initializer_list<ErrorCode> also = {}) {
  const auto before = WhatIsHeld();
  {
    std::optional<Result<T>> made;
    run.Attempt([&] { made.emplace(make()); });
    if (!made && !run.out_of_memory()) return "no result";
    if (made && !*made && !run.Fits(made->error(), also)) {
      return "unfitting error " +
             std::string(ErrorCodeName(made->error().code)) + ": " +
             made->error().message;
    }
  }
  const std::string left = NewIn(before, WhatIsHeld());
  if (!left.empty()) return "left behind: " + left;
  {
    const Result<T> again = make();
    if (!again) return "cannot be made any more: " + again.error().message;
  }
  const std::string later = NewIn(before, WhatIsHeld());
  return later.empty() ? "" : "left behind the second time: " + later;
}

// Fails the test with every complaint, and where nothing was made to fail.
inline void ExpectNoComplaints(const FaultReport& report) {
  EXPECT_GT(report.calls, 0) << "no system call was made to fail";
  for (const std::string& complaint : report.complaints) {
    ADD_FAILURE() << complaint;
  }
  ::testing::Test::RecordProperty("system_calls", report.calls);
  ::testing::Test::RecordProperty("faults", report.faults);
}

}  // namespace acceld::testing
