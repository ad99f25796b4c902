#include "client/program.h"

#include <cstdio>
#include <exception>

#include "client/exit_code.h"

namespace acceld::client {

int Tell(const EarlyEnd& end) {
  std::FILE* stream = end.exit_status == 0 ? stdout : stderr;
  const bool told =
      std::fputs(end.text.c_str(), stream) >= 0 && std::fflush(stream) == 0;
  return told ? end.exit_status : static_cast<int>(ExitCode::kFailure);
}

int RunProgram(const char* name, const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {  // the last resort
    (void)std::fprintf(stderr, "%s: %s\n", name, error.what());
    return static_cast<int>(ExitCode::kFailure);
  }
}

}  // namespace acceld::client
