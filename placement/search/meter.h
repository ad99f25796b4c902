// Meter: how long set-up work may go on.
#pragma once

#include <cstdint>
#include <functional>

namespace acceld::placement {

// Told of the work since the last call, in cells of tables (some 0.5 ns each);
// whether the search was ended. Not every call looks at the clock.
using Meter = std::function<bool(std::int64_t work)>;

}  // namespace acceld::placement
