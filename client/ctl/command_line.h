// accelctl's command line: options, help, and which command it is. The only
// file that includes CLI11, which takes seconds to compile.
#pragma once

namespace acceld::ctl {

// Parses, runs the command, and returns the exit status. May throw only
// std::bad_alloc.
[[nodiscard]] int RunCommandLine(int argc, char** argv);

}  // namespace acceld::ctl
