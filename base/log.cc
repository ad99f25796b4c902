#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "base/utf8.h"

namespace acceld {
namespace {

std::shared_ptr<spdlog::logger> MakeLogger() {
  auto logger = std::make_shared<spdlog::logger>(
      "acceld", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  // The journal stamps lines itself.
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;  // NOLINT
  logger->set_pattern(journal ? "%v" : "%H:%M:%S.%e %L %v");
  logger->flush_on(spdlog::level::debug);
  return logger;
}

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = MakeLogger();
  return *logger;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string Quoted(std::string_view text) {
  const std::string safe = Printable(text, 1024);
  if (!safe.empty() && safe.find_first_of(" \"=") == std::string::npos) {
    return safe;
  }
  std::string quoted("\"");
  for (char c : safe) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted.append("\"");
}

}  // namespace

LogField::LogField(std::string_view name, std::string_view value)
    : text(std::string(name).append("=").append(Quoted(value))) {}

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

void Log(LogLevel level, std::string_view event,
         std::initializer_list<LogField> fields) {
  std::string line = "event=" + std::string(event);
  for (const LogField& field : fields) line.append(" ").append(field.text);
  Logger().log(SpdlogLevel(level), line);
}

}  // namespace acceld
