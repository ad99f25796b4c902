// Runs an EventLoop in steps, so that a test can look in between. Tests only.
#pragma once

#include <gtest/gtest.h>
#include <systemd/sd-event.h>

#include <cstdint>
#include <functional>

#include "daemon/event_loop.h"

namespace acceld::testing {

// Dispatches, one event at a time, until `condition` holds; fails the test
// where nothing happens for 60 s.
inline void RunUntil(daemon::EventLoop& loop,
                     const std::function<bool()>& condition) {
  constexpr std::uint64_t kPatience = 60'000'000;  // microseconds
  while (!condition()) {
    ASSERT_GT(sd_event_run(loop.native(), kPatience), 0)
        << "the loop did not get there";
  }
}

// Dispatches what is ready now and does not wait.
inline void RunReady(daemon::EventLoop& loop) {
  while (sd_event_run(loop.native(), 0) > 0) {
  }
}

}  // namespace acceld::testing
