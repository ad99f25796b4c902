// Where exceptions end: what a D-Bus handler throws must be an sdbus::Error,
// since sdbus-c++ 1.2 lets anything else leave through the bus library's C
// frames, and nothing at all may be thrown into the event loop.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "api/error_names.h"
#include "base/log.h"
#include "base/result.h"
#include "base/utf8.h"

namespace acceld::daemon {

// A text that no bus refuses: sd-bus sends no reply at all where an error's
// text is not UTF-8, and the caller would wait for its timeout.
[[nodiscard]] inline std::string SendableText(const std::string& text) {
  const bool has_nul = text.find('\0') != std::string::npos;
  return has_nul || !IsUtf8(text) ? Printable(text, text.size()) : text;
}

[[nodiscard]] inline sdbus::Error ToBusError(const Error& error) {
  return sdbus::Error(api::ErrorNameOf(error.code),
                      SendableText(error.message));
}

// The value of a Result, or its fault as the D-Bus error that it maps to.
template <typename T>
T OrThrow(Result<T> result) {
  if (!result) throw ToBusError(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Runs a handler. Lets sdbus::Error pass, turns everything else into one.
template <typename Handler>
auto Guarded(const char* method, Handler&& handler)
    -> decltype(std::forward<Handler>(handler)()) {
  try {
    return std::forward<Handler>(handler)();
  } catch (const sdbus::Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw ToBusError({ErrorCode::kNoMemory, "out of memory", 0});
  } catch (const std::exception& bug) {
    Log(LogLevel::kError, "handler_bug",
        {{"method", method}, {"what", bug.what()}});
  } catch (...) {
    Log(LogLevel::kError, "handler_bug", {{"method", method}});
  }
  throw ToBusError({ErrorCode::kInternal, "a bug; see the daemon's log", 0});
}

// Does something on the bus that nobody waits for, from outside a handler (a
// signal, a late reply). Where the bus is gone, that is logged and no more.
template <typename Action>
void Unasked(const char* what, Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const std::exception& error) {
    Log(LogLevel::kWarning, "bus_failed",
        {{"doing", what}, {"what", error.what()}});
  }
}

}  // namespace acceld::daemon
