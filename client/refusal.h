// Refusals on their way to the program that asked: from Plan's answer, and from
// the error of an Acquire. Private to the library. Pure.
#pragma once

#include "base/document.h"
#include "base/result.h"

namespace acceld::client {

// Passes a placement on. A refusal becomes the error that Acquire would have
// had, and goes to `*refusal` where that is not null.
[[nodiscard]] Result<Document> PlacedOrRefused(Document answer,
                                               Document* refusal);

// Takes the refusal that the daemon put at the end of an error's message out of
// it and into `*refusal`; an error without one passes unchanged.
[[nodiscard]] Error TakeRefusal(Error error, Document* refusal);

}  // namespace acceld::client
