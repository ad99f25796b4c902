// The rules of gres.conf(5), applied to a text: what slurmd refuses or warns
// of. Tests only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace acceld::slurm::testing {

// One line: keys in lower case.
using GresLine = std::map<std::string, std::string>;

// The lines without comments. Whatever breaks a rule fails the running test.
std::vector<GresLine> CheckedGresLines(std::string_view text);

}  // namespace acceld::slurm::testing
