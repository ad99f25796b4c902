// A door that is a program, started anew each time: `accelctl run` and what
// launches tasks. Tests only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/doors/door.h"

namespace acceld::testing {

// `command` runs kHold with the device, and ends with another exit status than
// 0 where it gets none. `busy`: that status.
struct CommandDoor {
  const char* name;
  std::vector<std::string> command;
  int busy = 0;
};
// What a command is to run: says "held" and waits until its standard input
// ends.
inline constexpr const char* kHold = "echo held; read line; exit 0";

[[nodiscard]] std::unique_ptr<Door> MakeCommandDoor(CommandDoor options);

}  // namespace acceld::testing
