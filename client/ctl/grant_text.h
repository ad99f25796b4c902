// The grants of a lease, for people.
#pragma once

#include <span>
#include <string>

#include "api/session.h"

namespace acceld::ctl {

[[nodiscard]] std::string GrantsTable(std::span<const api::Grant> grants);

}  // namespace acceld::ctl
