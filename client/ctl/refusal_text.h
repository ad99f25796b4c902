// Refusals for people and for programs.
#pragma once

#include <string>

#include "base/document.h"

namespace acceld::ctl {

// As JSON on standard output; nothing where the document is null, since what
// went wrong was then something else.
void PrintRefusal(const Document& refusal);

// The demands that conflict, and what became of the devices; "" of a null
// document. The reasons in words are the error's.
[[nodiscard]] std::string RefusalTables(const Document& refusal);

}  // namespace acceld::ctl
