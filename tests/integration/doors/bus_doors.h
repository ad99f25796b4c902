// The doors that are D-Bus alone: the bare method, and libacceld. Tests only.
#pragma once

#include <memory>
#include <string>

#include "tests/integration/doors/door.h"

namespace acceld::testing {

// Acquire as any D-Bus library would call it, the device taken by closing
// nothing: its lease ends with the session socket.
[[nodiscard]] std::unique_ptr<Door> MakeBusDoor(const std::string& address,
                                                const std::string& pipeline);

// client::Client, the lease ended by Release.
[[nodiscard]] std::unique_ptr<Door> MakeLibraryDoor(
    const std::string& address, const std::string& pipeline);

}  // namespace acceld::testing
