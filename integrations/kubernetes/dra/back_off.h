// How long to wait where an API server does not answer as it should. Pure.
#pragma once

#include <chrono>
#include <cstdint>

namespace acceld::dra {

// How long to wait after `failures` failures in a row: a second, doubled each
// time, a minute at most.
[[nodiscard]] std::chrono::milliseconds BackOff(int failures);
// `time`, a quarter less to a quarter more by `chance`: so that the nodes of a
// cluster that lost its API server do not all come back at once.
[[nodiscard]] std::chrono::milliseconds Spread(std::chrono::milliseconds time,
                                               std::uint32_t chance);

}  // namespace acceld::dra
