// One log line per event, in the form
//   event=lease_granted lease=... uid=... devices=...
// Values are escaped (no control characters, quoted where they hold a space).
// Thread-safe. spdlog stays in log.cc.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace acceld {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  LogField(std::string_view name, std::string_view value);
  LogField(std::string_view name, const char* value)
      : LogField(name, std::string_view(value)) {}
  LogField(std::string_view name, const std::string& value)
      : LogField(name, std::string_view(value)) {}
  template <typename Integer>
  requires std::is_integral_v<Integer> LogField(std::string_view name,
                                                Integer number)
      : LogField(name, std::string_view(std::to_string(number))) {}

  std::string text;  // name=value, escaped
};

// Writes to standard error (the journal under systemd, which gets the level as
// a "<N>" prefix). Lines below the level are dropped.
void SetLogLevel(LogLevel level);
void Log(LogLevel level, std::string_view event,
         std::initializer_list<LogField> fields);

}  // namespace acceld
