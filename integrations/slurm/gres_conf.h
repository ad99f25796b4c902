// gres.conf of Slurm: what `accelctl export gres.conf` prints. Pure.
// Source: gres.conf(5) of Slurm 22.05.
#pragma once

#include <string>

#include "base/document.h"
#include "base/result.h"

namespace acceld::slurm {

// At most so many units of one name with a File may a node have
// (gres.conf(5), "File").
inline constexpr int kMostFiles = 1024;

// Lines for every device of a machine document that acceld hands out, and as
// comments what slurm.conf needs to say of them. `hosts`: begins each line with
// NodeName=; "" leaves it out. The same document gives the same text.
// Errors: kCorruptInput (no machine document), kInvalidArgument (no host list),
// kUnsupported (more than kMostFiles of one name).
[[nodiscard]] Result<std::string> GresConf(const Document& machine,
                                           const std::string& hosts);

}  // namespace acceld::slurm
