// Relaxations: the demands of a request that can be dropped, alone or together
// in any order. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "placement/request.h"

namespace acceld::placement {

struct Relaxation {
  // One word for programs, all of which docs/dbus-api.md lists: "locality".
  std::string kind;
  std::string pointer;    // into the request: "/links/0/require/locality"
  std::size_t index = 0;  // of the stage, link or constraint
  std::string demand;     // "link a -> b: locality same-switch"
  std::function<void(Request&)> drop;
};

// In the order of the request: stages, links, constraints.
[[nodiscard]] std::vector<Relaxation> Relaxations(const Request& request);

// "unzip -> infer"
[[nodiscard]] std::string LinkName(const Request& request, std::size_t link);

}  // namespace acceld::placement
