// accelctl: ask acceld for devices, and look after it, from the shell.
#include <cstdio>
#include <exception>

#include "client/ctl/command_line.h"
#include "client/exit_code.h"

int main(int argc, char** argv) {
  try {
    return acceld::ctl::RunCommandLine(argc, argv);
  } catch (const std::exception& error) {  // the last resort
    (void)std::fprintf(stderr, "accelctl: %s\n", error.what());
    return static_cast<int>(acceld::client::ExitCode::kFailure);
  }
}
