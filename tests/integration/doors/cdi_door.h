// The door of container engines: `accelctl run --cdi`, with the program beside
// it that writes the specs of leases. Tests only.
#pragma once

#include <memory>
#include <string>

#include "tests/integration/doors/door.h"

namespace acceld::testing {

// `pipeline`: path of its file.
[[nodiscard]] std::unique_ptr<Door> MakeCdiDoor(const std::string& address,
                                                const std::string& pipeline);

}  // namespace acceld::testing
