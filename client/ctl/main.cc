// accelctl: ask acceld for devices, and look after it, from the shell.
#include "client/ctl/command_line.h"
#include "client/program.h"

int main(int argc, char** argv) {
  return acceld::client::RunProgram(
      "accelctl", [&] { return acceld::ctl::RunCommandLine(argc, argv); });
}
